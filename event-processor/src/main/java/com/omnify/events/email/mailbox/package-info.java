/** Looks into the mailboxes of those who send by a plain mail server, which posts nothing to us. */
@NullMarked
package com.omnify.events.email.mailbox;

import org.jspecify.annotations.NullMarked;
