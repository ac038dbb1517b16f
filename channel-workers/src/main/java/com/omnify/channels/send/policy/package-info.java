/** What can become of an attempt. */
@NullMarked
package com.omnify.channels.send.policy;

import org.jspecify.annotations.NullMarked;
