/** When a step is due, whether it goes out, and what its outcome means. */
@NullMarked
package com.omnify.scheduler.dispatch.policy;

import org.jspecify.annotations.NullMarked;
