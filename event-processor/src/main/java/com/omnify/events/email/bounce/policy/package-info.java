/** What mail servers report about our mail: bounces, delays, complaints. Pure. */
@NullMarked
package com.omnify.events.email.bounce.policy;

import org.jspecify.annotations.NullMarked;
