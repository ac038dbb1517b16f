/** What a sequence says, as values, and what may be published. */
@NullMarked
package com.omnify.scheduler.sequence.policy;

import org.jspecify.annotations.NullMarked;
