/** What VAPI's messages say, and what follows from it. */
@NullMarked
package com.omnify.events.vapi.policy;

import org.jspecify.annotations.NullMarked;
