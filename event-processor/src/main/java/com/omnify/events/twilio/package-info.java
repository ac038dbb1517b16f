/** Twilio's webhooks: signed, then heard. */
@NullMarked
package com.omnify.events.twilio;

import org.jspecify.annotations.NullMarked;
