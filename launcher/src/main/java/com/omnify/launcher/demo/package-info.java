/** Demo clients made over the REST API, as anybody would make them. */
@NullMarked
package com.omnify.launcher.demo;

import org.jspecify.annotations.NullMarked;
