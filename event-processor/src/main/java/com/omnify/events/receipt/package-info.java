/** What providers told us, each thing once. */
@NullMarked
package com.omnify.events.receipt;

import org.jspecify.annotations.NullMarked;
