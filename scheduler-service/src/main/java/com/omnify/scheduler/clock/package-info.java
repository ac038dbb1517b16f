/** The fleet clock, settable in demonstrations. */
@NullMarked
package com.omnify.scheduler.clock;

import org.jspecify.annotations.NullMarked;
