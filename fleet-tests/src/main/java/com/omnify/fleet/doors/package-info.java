/**
 * How fast people come in: files of a million contacts, and leads that are to be answered at once.
 */
@NullMarked
package com.omnify.fleet.doors;

import org.jspecify.annotations.NullMarked;
