/** One PostgreSQL and one Kafka for a whole test run, started when first asked for. */
@NullMarked
package com.omnify.testkit.server;

import org.jspecify.annotations.NullMarked;
