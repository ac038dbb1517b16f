/** One OpenAPI document of all services. */
@NullMarked
package com.omnify.console.docs;

import org.jspecify.annotations.NullMarked;
