/** Whether a provider account works, and keeping away from one that does not. */
@NullMarked
package com.omnify.channels.breaker;

import org.jspecify.annotations.NullMarked;
