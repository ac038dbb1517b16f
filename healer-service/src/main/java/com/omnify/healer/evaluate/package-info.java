/** The engines of this service on the command line, without a fleet. */
@NullMarked
package com.omnify.healer.evaluate;

import org.jspecify.annotations.NullMarked;
