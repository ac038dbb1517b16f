/** The gateway's short-lived tokens. */
@NullMarked
package com.omnify.kit.security;

import org.jspecify.annotations.NullMarked;
