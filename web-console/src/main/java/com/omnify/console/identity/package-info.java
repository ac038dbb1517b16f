/** Who is asking: accounts, sessions, API keys, and the token that services trust. */
@NullMarked
package com.omnify.console.identity;

import org.jspecify.annotations.NullMarked;
