/** The counts as people ask for them. */
@NullMarked
package com.omnify.learning.analytics;

import org.jspecify.annotations.NullMarked;
