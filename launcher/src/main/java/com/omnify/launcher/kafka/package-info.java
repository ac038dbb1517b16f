/** A real single-node Kafka broker (KRaft): for the local fleet and for tests. */
@NullMarked
package com.omnify.launcher.kafka;

import org.jspecify.annotations.NullMarked;
