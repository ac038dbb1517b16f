/** How a text is counted and what a template must say. */
@NullMarked
package com.omnify.channels.compose.policy;

import org.jspecify.annotations.NullMarked;
