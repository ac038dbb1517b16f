/** What happens to a contact puts them into sequences. */
@NullMarked
package com.omnify.scheduler.trigger;

import org.jspecify.annotations.NullMarked;
