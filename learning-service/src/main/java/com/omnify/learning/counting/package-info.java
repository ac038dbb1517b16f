/** What happened, counted once however often and in whatever order it is told. */
@NullMarked
package com.omnify.learning.counting;

import org.jspecify.annotations.NullMarked;
