package com.omnify.badhouse.learning;

/** What another service must not know. */
public record Learner() {}
