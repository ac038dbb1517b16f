/** What may run out: a sender's rate and its daily cap. */
@NullMarked
package com.omnify.channels.admit;

import org.jspecify.annotations.NullMarked;
