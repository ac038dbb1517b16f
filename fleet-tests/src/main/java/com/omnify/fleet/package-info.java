/** A fleet of its own, as a person starts it and a program uses it. */
@NullMarked
package com.omnify.fleet;

import org.jspecify.annotations.NullMarked;
