/** What is said outside of sequences: dispatches with a text of their own. */
@NullMarked
package com.omnify.scheduler.message;

import org.jspecify.annotations.NullMarked;
