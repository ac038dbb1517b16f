/** When people may be written to and called, by law: the rules as they stand in the database. */
@NullMarked
package com.omnify.kit.quiet;

import org.jspecify.annotations.NullMarked;
