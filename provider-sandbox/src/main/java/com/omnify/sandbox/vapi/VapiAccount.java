package com.omnify.sandbox.vapi;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An organisation at VAPI.
 *
 * @param orgId a UUID
 * @param key its private key, the bearer token
 * @param clientId whose it is
 * @param serverUrl where messages go when neither call nor number says otherwise
 * @param serverSecret proves the messages, by {@code auth}; null when they are not proven
 * @param concurrency calls at a time
 * @param overLimit what becomes of one too many
 * @param numbers its phone numbers by {@code phoneNumberId}; empty: any id is taken
 * @param assistants its saved assistants by id; empty: any id is taken
 * @param registered false for one that was taken as it came
 */
public record VapiAccount(
    String orgId,
    String key,
    @Nullable String clientId,
    @Nullable String serverUrl,
    @Nullable String serverSecret,
    @Nullable Proof auth,
    int concurrency,
    @Nullable OverLimit overLimit,
    @Nullable Map<String, Number> numbers,
    @Nullable Map<String, JsonNode> assistants,
    boolean registered) {

  /** Calls at a time that every organisation has without asking. */
  public static final int DEFAULT_CONCURRENCY = 10;

  /**
   * A phone number.
   *
   * @param number E.164
   * @param assistantId who answers; null: the server is asked
   * @param serverUrl where messages of its calls go
   */
  public record Number(String number, @Nullable String assistantId, @Nullable String serverUrl) {}

  /** How a message is proven to come from VAPI. */
  public enum Proof {
    /** {@code X-Vapi-Secret} */
    SECRET,
    /** {@code Authorization: Bearer} */
    BEARER,
    /** {@code X-Signature}, hex HMAC-SHA256 of {@code {X-Timestamp}.{body}} */
    HMAC
  }

  /** What becomes of a call that finds no free line. */
  public enum OverLimit {
    /** Refused with 400. */
    REFUSE,
    /** Created, and ended at once with {@code …concurrency-limit-reached}. */
    END
  }

  public VapiAccount {
    if (key.isBlank()) {
      throw new IllegalArgumentException("key is empty");
    }
    if (concurrency == 0) {
      concurrency = DEFAULT_CONCURRENCY;
    }
    if (concurrency < 0) {
      throw new IllegalArgumentException("concurrency is at least 1, was " + concurrency);
    }
    auth = auth == null ? Proof.SECRET : auth;
    overLimit = overLimit == null ? OverLimit.REFUSE : overLimit;
    numbers = numbers == null ? Map.of() : Map.copyOf(numbers);
    assistants = assistants == null ? Map.of() : Map.copyOf(assistants);
  }

  /** A registered account without anything special. */
  public static VapiAccount of(String orgId, String key, @Nullable String secret) {
    return new VapiAccount(orgId, key, null, null, secret, null, 0, null, Map.of(), Map.of(), true);
  }

  Optional<Number> number(String phoneNumberId) {
    return Optional.ofNullable(numbers == null ? null : numbers.get(phoneNumberId));
  }

  @JsonIgnore
  Map<String, Number> allNumbers() {
    return numbers == null ? Map.of() : numbers;
  }

  @JsonIgnore
  Map<String, JsonNode> allAssistants() {
    return assistants == null ? Map.of() : assistants;
  }
}
