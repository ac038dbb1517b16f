/** What is quotation and signature in a reply, and what was said. Pure. */
@NullMarked
package com.omnify.events.email.reply.policy;

import org.jspecify.annotations.NullMarked;
