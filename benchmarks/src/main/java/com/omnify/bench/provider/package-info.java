/** A provider next door that answers as Twilio does, and counts. */
@NullMarked
package com.omnify.bench.provider;

import org.jspecify.annotations.NullMarked;
