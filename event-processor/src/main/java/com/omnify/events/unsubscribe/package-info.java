/** The way out that stands in every mail. */
@NullMarked
package com.omnify.events.unsubscribe;

import org.jspecify.annotations.NullMarked;
