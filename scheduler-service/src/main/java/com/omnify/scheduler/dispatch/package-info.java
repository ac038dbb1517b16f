/** Due steps become dispatches, outcomes become the next due step. */
@NullMarked
package com.omnify.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
