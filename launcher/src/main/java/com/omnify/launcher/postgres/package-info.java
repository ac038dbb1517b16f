/** A real PostgreSQL from binaries on the class path: for the local fleet and for tests. */
@NullMarked
package com.omnify.launcher.postgres;

import org.jspecify.annotations.NullMarked;
