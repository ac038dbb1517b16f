/** From a step's template to the words that are sent. */
@NullMarked
package com.omnify.channels.compose;

import org.jspecify.annotations.NullMarked;
