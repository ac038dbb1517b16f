/** The one request that places a call, and the question what calls there are. */
@NullMarked
package com.omnify.channels.voice;

import org.jspecify.annotations.NullMarked;
