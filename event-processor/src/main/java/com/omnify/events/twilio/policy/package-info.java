/** Signatures and words of Twilio. Pure. */
@NullMarked
package com.omnify.events.twilio.policy;

import org.jspecify.annotations.NullMarked;
