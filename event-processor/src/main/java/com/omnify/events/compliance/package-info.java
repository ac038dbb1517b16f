/** The rows of law that sends are held against, for operators. */
@NullMarked
package com.omnify.events.compliance;

import org.jspecify.annotations.NullMarked;
