/** Which service answers what: pure. */
@NullMarked
package com.omnify.console.routing.policy;

import org.jspecify.annotations.NullMarked;
