/** A contact's way through a sequence: entering, steering, looking back. */
@NullMarked
package com.omnify.scheduler.enrollment;

import org.jspecify.annotations.NullMarked;
