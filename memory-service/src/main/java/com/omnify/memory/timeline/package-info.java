/** Everything said, in and out, and the ready context made of it. */
@NullMarked
package com.omnify.memory.timeline;

import org.jspecify.annotations.NullMarked;
