/** Work that is looked for again and again. */
@NullMarked
package com.omnify.kit.poll;

import org.jspecify.annotations.NullMarked;
