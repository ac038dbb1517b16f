/** Connections to hosts that a client named. */
@NullMarked
package com.omnify.kit.net;

import org.jspecify.annotations.NullMarked;
