/** What the workers decide without looking anywhere. */
@NullMarked
package com.omnify.channels.worker.policy;

import org.jspecify.annotations.NullMarked;
