/** What waits longer than it should: found, shown, and where that is certain, put right. */
@NullMarked
package com.omnify.scheduler.stuck;

import org.jspecify.annotations.NullMarked;
