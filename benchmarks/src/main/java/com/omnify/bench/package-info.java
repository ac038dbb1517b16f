/** ./omnify bench: what a step costs, and whether a whale keeps others waiting. */
@NullMarked
package com.omnify.bench;

import org.jspecify.annotations.NullMarked;
