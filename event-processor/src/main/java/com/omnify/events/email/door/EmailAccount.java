package com.omnify.events.email.door;

import com.omnify.events.email.provider.EmailProvider;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What proves that a provider speaks for a client.
 *
 * @param secret what the provider signs by, or is to be sent; null where none is set: nothing is
 *     proven then
 * @param topic the one SNS topic that speaks for it, SES only
 * @param firstVersion whether that topic signs by SNS' older way
 */
record EmailAccount(
    UUID id,
    EmailProvider provider,
    @Nullable String secret,
    @Nullable String topic,
    boolean firstVersion) {

  /** While one is being changed for another there are two. */
  List<String> secrets() {
    return secret == null
        ? List.of()
        : Arrays.stream(secret.strip().split("\\s+")).filter(each -> !each.isEmpty()).toList();
  }

  @Override
  public String toString() {
    return "EmailAccount[" + id + ", " + provider + "]";
  }
}
