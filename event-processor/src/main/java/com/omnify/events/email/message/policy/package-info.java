/** Mail as bytes, taken apart within bounds: headers, parts, text. Pure, never throws. */
@NullMarked
package com.omnify.events.email.message.policy;

import org.jspecify.annotations.NullMarked;
