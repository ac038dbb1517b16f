/** What a file of contacts looks like. */
@NullMarked
package com.omnify.memory.importing.policy;

import org.jspecify.annotations.NullMarked;
