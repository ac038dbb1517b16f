/** Where new ids come from. */
@NullMarked
package com.omnify.kit.id;

import org.jspecify.annotations.NullMarked;
