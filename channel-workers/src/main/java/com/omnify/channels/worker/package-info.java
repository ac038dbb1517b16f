/** From the doorbell to the request: load, compose, admit, fence, send. */
@NullMarked
package com.omnify.channels.worker;

import org.jspecify.annotations.NullMarked;
