package com.omnify.scheduler.dispatch.policy;

import java.time.Instant;

/**
 * When something is decided.
 *
 * @param now fleet time
 * @param nextLook real time at which an open dispatch is looked at again
 */
public record Moment(Instant now, Instant nextLook) {}
