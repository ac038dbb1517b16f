/** From when on something waits too long. */
@NullMarked
package com.omnify.scheduler.stuck.policy;

import org.jspecify.annotations.NullMarked;
