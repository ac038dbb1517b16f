/** The React app and the headers it is served with. */
@NullMarked
package com.omnify.console.page;

import org.jspecify.annotations.NullMarked;
