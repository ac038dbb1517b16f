/** Sequences, their versions and steps: written, checked, published. */
@NullMarked
package com.omnify.scheduler.sequence;

import org.jspecify.annotations.NullMarked;
