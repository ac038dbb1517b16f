package com.omnify.console.identity;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whether a client exists and may act. */
@Component
class Clients {

  private final LoadingCache<ClientId, Optional<String>> statuses;

  Clients(JdbcClient jdbc, Transactions transactions) {
    this.statuses =
        Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofSeconds(5))
            .maximumSize(10_000)
            .build(
                client ->
                    transactions.readInClient(
                        client,
                        () ->
                            jdbc.sql("SELECT status FROM clients WHERE id = :id")
                                .param("id", client.value())
                                .query(String.class)
                                .optional()));
  }

  /** {@code active} or {@code suspended}; empty where there is no such client. */
  Optional<String> status(ClientId client) {
    return statuses.get(client);
  }
}
