/** How an enrollment moves, as pure functions. */
@NullMarked
package com.omnify.scheduler.enrollment.policy;

import org.jspecify.annotations.NullMarked;
