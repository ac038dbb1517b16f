/** Dispatches and previews over REST. */
@NullMarked
package com.omnify.channels.web;

import org.jspecify.annotations.NullMarked;
