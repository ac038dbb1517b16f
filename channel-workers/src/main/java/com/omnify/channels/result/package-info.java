/** What became of a dispatch, written once. */
@NullMarked
package com.omnify.channels.result;

import org.jspecify.annotations.NullMarked;
