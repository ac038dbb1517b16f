/** Child processes that die with their parent and, as root, run without its rights. */
@NullMarked
package com.omnify.launcher.process;

import org.jspecify.annotations.NullMarked;
