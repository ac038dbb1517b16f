/** Where somebody may be, and when they may be written to and called there. */
@NullMarked
package com.omnify.kit.quiet.policy;

import org.jspecify.annotations.NullMarked;
