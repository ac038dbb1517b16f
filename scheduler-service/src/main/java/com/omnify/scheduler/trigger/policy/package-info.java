/** Whether a contact meets a trigger. */
@NullMarked
package com.omnify.scheduler.trigger.policy;

import org.jspecify.annotations.NullMarked;
