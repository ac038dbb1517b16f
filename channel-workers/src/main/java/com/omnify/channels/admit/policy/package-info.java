/** Whether and when something may start. */
@NullMarked
package com.omnify.channels.admit.policy;

import org.jspecify.annotations.NullMarked;
