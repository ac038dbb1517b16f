package com.omnify.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test on a real PostgreSQL and, where it asks for it, a real Kafka, without Spring. {@link
 * TestFleet}'s parts may be parameters of tests: {@link TestDatabase}, {@link TestKafka}, {@link
 * Fixtures}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(FleetExtension.class)
public @interface OmnifyTest {}
