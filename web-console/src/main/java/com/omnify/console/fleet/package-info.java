/** How the services are. */
@NullMarked
package com.omnify.console.fleet;

import org.jspecify.annotations.NullMarked;
