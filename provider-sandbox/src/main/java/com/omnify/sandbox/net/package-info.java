/** What the simulated providers' servers have in common on the socket. */
@NullMarked
package com.omnify.sandbox.net;

import org.jspecify.annotations.NullMarked;
