/** Two contacts that turn out to be one person. */
@NullMarked
package com.omnify.memory.merging;

import org.jspecify.annotations.NullMarked;
