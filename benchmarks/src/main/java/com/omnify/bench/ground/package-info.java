/** What the workloads stand on: PostgreSQL, Kafka, services, meters. */
@NullMarked
package com.omnify.bench.ground;

import org.jspecify.annotations.NullMarked;
