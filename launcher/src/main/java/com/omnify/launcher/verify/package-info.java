/** Compares what the providers took with what the database and the topics say. */
@NullMarked
package com.omnify.launcher.verify;

import org.jspecify.annotations.NullMarked;
