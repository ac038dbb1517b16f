/**
 * Files of contacts: taken in as they come, in bounded memory, to be gone on with after any stop.
 */
@NullMarked
package com.omnify.memory.importing;

import org.jspecify.annotations.NullMarked;
