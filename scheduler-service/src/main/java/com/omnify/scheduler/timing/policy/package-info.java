/** When a step is due and when a contact may be written to, as pure functions. */
@NullMarked
package com.omnify.scheduler.timing.policy;

import org.jspecify.annotations.NullMarked;
