/** The way from the one door to the services. */
@NullMarked
package com.omnify.console.routing;

import org.jspecify.annotations.NullMarked;
