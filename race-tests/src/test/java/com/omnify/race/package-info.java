/** Two services' own code against each other, as close in time as it can be brought. */
@NullMarked
package com.omnify.race;

import org.jspecify.annotations.NullMarked;
