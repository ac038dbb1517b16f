/** Breaks a running fleet in every way that it must survive, and judges what became of it. */
@NullMarked
package com.omnify.fleet.chaos;

import org.jspecify.annotations.NullMarked;
