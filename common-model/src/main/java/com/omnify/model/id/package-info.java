/** Ids are types. */
@NullMarked
package com.omnify.model.id;

import org.jspecify.annotations.NullMarked;
