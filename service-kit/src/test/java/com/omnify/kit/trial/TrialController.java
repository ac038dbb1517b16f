package com.omnify.kit.trial;

import com.omnify.kit.event.Outbox;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.id.ContactId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An interface that is good for nothing but asking it wrongly. */
@RestController
@RequestMapping("/api/v1/trials")
class TrialController {

  static final AtomicInteger CREATED = new AtomicInteger();
  static volatile CountDownLatch gate = new CountDownLatch(0);
  static volatile boolean failAfterCommit;

  private final Transactions transactions;
  private final JdbcClient jdbc;

  TrialController(Transactions transactions, JdbcClient jdbc, Outbox outbox) {
    this.transactions = transactions;
    this.jdbc = jdbc;
  }

  record Item(@NotBlank String label, @Min(1) int amount) {}

  record Request(
      @NotBlank String firstName,
      @Min(1) int size,
      Channel channel,
      @Nullable ContactId contactId,
      @Nullable Instant at,
      @Valid List<Item> items) {}

  @Needs(Role.MEMBER)
  @GetMapping("/me")
  Map<String, Object> me(Caller caller) {
    return Map.of("client", caller.client(), "subject", caller.subject(), "role", caller.role());
  }

  @Needs(value = Role.ADMIN, withoutClient = true)
  @GetMapping("/admin")
  Map<String, Object> admin() {
    return Map.of();
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  Map<String, Object> get(@PathVariable ContactId id, @RequestParam Channel channel) {
    throw Problem.notFound("trial", id);
  }

  @Needs(Role.MEMBER)
  @PostMapping
  ResponseEntity<Map<String, Object>> create(Caller caller, @Valid @RequestBody Request request)
      throws InterruptedException {
    gate.await();
    UUID id = UUID.randomUUID();
    transactions.inClient(
        caller.client(),
        () -> {
          jdbc.sql(
                  """
                  INSERT INTO healing_log (client_id, id, contact_id, dispatch_id, failure, action, reason, at)
                  VALUES (:client, :id, :id, :id, 'other', 'none', :name, now())
                  """)
              .param("client", caller.client().value())
              .param("id", id)
              .param("name", request.firstName())
              .update();
        });
    CREATED.incrementAndGet();
    if (failAfterCommit) {
      throw new IllegalStateException("the +15551234567 of a person");
    }
    return ResponseEntity.created(URI.create("/api/v1/trials/" + id))
        .body(Map.of("id", id, "first_name", request.firstName()));
  }
}
