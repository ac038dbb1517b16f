/** Facts and orders, one sealed interface a topic. */
@NullMarked
package com.omnify.model.event;

import org.jspecify.annotations.NullMarked;
