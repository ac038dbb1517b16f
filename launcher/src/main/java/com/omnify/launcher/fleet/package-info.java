/** The supervisor: PostgreSQL, Kafka and one JVM per service, started in order and kept alive. */
@NullMarked
package com.omnify.launcher.fleet;

import org.jspecify.annotations.NullMarked;
