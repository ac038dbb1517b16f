/** VAPI's webhooks: proven, then heard. */
@NullMarked
package com.omnify.events.vapi;

import org.jspecify.annotations.NullMarked;
