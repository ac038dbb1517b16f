/** Finding again what was left behind. */
@NullMarked
package com.omnify.channels.sweep;

import org.jspecify.annotations.NullMarked;
