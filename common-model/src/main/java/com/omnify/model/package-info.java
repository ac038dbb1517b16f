/** The shared language: what crosses Kafka, and nothing else. */
@NullMarked
package com.omnify.model;

import org.jspecify.annotations.NullMarked;
