/** What the team is told. */
@NullMarked
package com.omnify.events.notify;

import org.jspecify.annotations.NullMarked;
