/** Asking the provider about what only the provider knows. */
@NullMarked
package com.omnify.channels.reconcile;

import org.jspecify.annotations.NullMarked;
