/** Bugs that are planted in a running service, so that whoever looks for them can be tested. */
@NullMarked
package com.omnify.fleet.plant;

import org.jspecify.annotations.NullMarked;
