/** Which counts an event adds to, decided purely. */
@NullMarked
package com.omnify.learning.counting.policy;

import org.jspecify.annotations.NullMarked;
