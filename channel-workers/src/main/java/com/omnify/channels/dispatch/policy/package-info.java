/** What a sender may do. */
@NullMarked
package com.omnify.channels.dispatch.policy;

import org.jspecify.annotations.NullMarked;
