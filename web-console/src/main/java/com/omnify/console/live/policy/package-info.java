/** What a person is told of an event: pure. */
@NullMarked
package com.omnify.console.live.policy;

import org.jspecify.annotations.NullMarked;
