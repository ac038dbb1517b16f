/** What a person wrote in a reply, apart from what their mail program quoted. */
@NullMarked
package com.omnify.events.email.reply;

import org.jspecify.annotations.NullMarked;
