/** Two services that find people's addresses, a good one and a poor one. */
@NullMarked
package com.omnify.sandbox.enrich;

import org.jspecify.annotations.NullMarked;
