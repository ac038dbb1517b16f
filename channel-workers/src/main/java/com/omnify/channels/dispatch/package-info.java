/** One attempt to say one thing, on its way through the worker. */
@NullMarked
package com.omnify.channels.dispatch;

import org.jspecify.annotations.NullMarked;
