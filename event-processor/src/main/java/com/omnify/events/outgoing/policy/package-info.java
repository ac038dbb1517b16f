/** Which event is told as what, and when a call is tried again. */
@NullMarked
package com.omnify.events.outgoing.policy;

import org.jspecify.annotations.NullMarked;
