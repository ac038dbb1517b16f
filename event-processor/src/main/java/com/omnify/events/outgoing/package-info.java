/** What is told to clients' own systems: endpoints, deliveries, signatures, retries. */
@NullMarked
package com.omnify.events.outgoing;

import org.jspecify.annotations.NullMarked;
