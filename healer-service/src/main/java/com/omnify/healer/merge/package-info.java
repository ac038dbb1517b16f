/** What failed for one contact, when it turns out to be another. */
@NullMarked
package com.omnify.healer.merge;

import org.jspecify.annotations.NullMarked;
