/** What a mail says and what a server's answer means. */
@NullMarked
package com.omnify.channels.email.policy;

import org.jspecify.annotations.NullMarked;
