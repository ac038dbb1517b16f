/** What others do, as programs of their own. */
@NullMarked
package com.omnify.bench.peer;

import org.jspecify.annotations.NullMarked;
