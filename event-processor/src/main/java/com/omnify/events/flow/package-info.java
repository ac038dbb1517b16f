/** Steps of sequences that do something other than speak to the contact. */
@NullMarked
package com.omnify.events.flow;

import org.jspecify.annotations.NullMarked;
