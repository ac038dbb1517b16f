/** Calls, in and out: one row each, whoever tells of it and however often. */
@NullMarked
package com.omnify.events.call;

import org.jspecify.annotations.NullMarked;
