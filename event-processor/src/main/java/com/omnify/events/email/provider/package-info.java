/**
 * What e-mail providers post to us, verified and brought to one form: events about our mail and
 * mail for us. Functions of bytes; no HTTP.
 */
@NullMarked
package com.omnify.events.email.provider;

import org.jspecify.annotations.NullMarked;
