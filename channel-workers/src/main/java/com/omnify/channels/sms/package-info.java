/** The one request to the provider. */
@NullMarked
package com.omnify.channels.sms;

import org.jspecify.annotations.NullMarked;
