/** How calls end, and who calls. */
@NullMarked
package com.omnify.events.call.policy;

import org.jspecify.annotations.NullMarked;
