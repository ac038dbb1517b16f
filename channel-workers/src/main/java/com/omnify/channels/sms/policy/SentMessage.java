package com.omnify.channels.sms.policy;

import java.time.Instant;

/**
 * A message in the provider's list.
 *
 * @param createdAt by the provider's clock, to the second
 */
public record SentMessage(String id, String from, String body, Instant createdAt) {}
