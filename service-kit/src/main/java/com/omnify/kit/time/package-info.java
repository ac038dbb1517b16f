/** The two clocks: fleet time for what people feel, real time for leases, timeouts and ids. */
@NullMarked
package com.omnify.kit.time;

import org.jspecify.annotations.NullMarked;
