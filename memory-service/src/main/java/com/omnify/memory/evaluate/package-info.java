/** One engine over a file, without the fleet. */
@NullMarked
package com.omnify.memory.evaluate;

import org.jspecify.annotations.NullMarked;
