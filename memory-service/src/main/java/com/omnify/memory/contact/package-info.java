/** The people: who they are, how to reach them, what they agreed to. */
@NullMarked
package com.omnify.memory.contact;

import org.jspecify.annotations.NullMarked;
