/** What a message says about being written to. Pure. */
@NullMarked
package com.omnify.events.optout.policy;

import org.jspecify.annotations.NullMarked;
