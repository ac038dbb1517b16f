/** One attempt to hand one dispatch to its provider, whatever the channel. */
@NullMarked
package com.omnify.channels.send;

import org.jspecify.annotations.NullMarked;
