/** What was sent to one contact, when it turns out to be another. */
@NullMarked
package com.omnify.channels.merge;

import org.jspecify.annotations.NullMarked;
