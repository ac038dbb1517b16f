/** When an account counts as broken, and for how long it is left alone. */
@NullMarked
package com.omnify.channels.breaker.policy;

import org.jspecify.annotations.NullMarked;
