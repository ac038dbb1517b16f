/** Events out by the outbox, in by subscriptions; what fails is kept with its key's order. */
@NullMarked
package com.omnify.kit.event;

import org.jspecify.annotations.NullMarked;
