/** Mail by real mail servers, from our sender's first word to the report that comes back. */
@NullMarked
package com.omnify.realmail;

import org.jspecify.annotations.NullMarked;
