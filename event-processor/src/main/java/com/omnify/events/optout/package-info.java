/** Who must not be written to any more: suppressions and what leads to them. */
@NullMarked
package com.omnify.events.optout;

import org.jspecify.annotations.NullMarked;
