/** The words that the product itself says. Pure. */
@NullMarked
package com.omnify.scheduler.message.policy;

import org.jspecify.annotations.NullMarked;
