/** Runs the engines that hear e-mail over files, without the fleet. */
@NullMarked
package com.omnify.events.evaluate;

import org.jspecify.annotations.NullMarked;
