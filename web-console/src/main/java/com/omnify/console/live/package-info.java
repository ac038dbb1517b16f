/** What happens, as it happens, to whoever looks. */
@NullMarked
package com.omnify.console.live;

import org.jspecify.annotations.NullMarked;
