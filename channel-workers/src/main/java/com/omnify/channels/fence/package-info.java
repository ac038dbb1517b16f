/** The last check, under the lock on the person's address. */
@NullMarked
package com.omnify.channels.fence;

import org.jspecify.annotations.NullMarked;
