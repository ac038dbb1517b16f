package com.omnify.kit.web;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The lowest role that may call an endpoint. Every endpoint says this or {@link OpenToAnybody}: a
 * service with one that says neither does not start. It is asked before the body is read, and the
 * API's description shows it as {@code x-required-role}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

  Role value();

  /** Whether the platform may call it without having chosen a client. */
  boolean withoutClient() default false;
}
