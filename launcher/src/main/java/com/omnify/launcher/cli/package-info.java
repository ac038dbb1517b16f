/** The commands of {@code ./omnify}. */
@NullMarked
package com.omnify.launcher.cli;

import org.jspecify.annotations.NullMarked;
