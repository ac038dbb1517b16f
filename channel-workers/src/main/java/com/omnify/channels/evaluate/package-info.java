/** One engine over a file, without the fleet. */
@NullMarked
package com.omnify.channels.evaluate;

import org.jspecify.annotations.NullMarked;
