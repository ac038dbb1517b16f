package com.omnify.console.identity;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/api-keys")
@Tag(name = "API keys", description = "Keys for programs")
class ApiKeyController {

  private final ApiKeys keys;
  private final Clients clients;
  private final Audit audit;

  ApiKeyController(ApiKeys keys, Clients clients, Audit audit) {
    this.keys = keys;
    this.clients = clients;
    this.audit = audit;
  }

  record NewKey(
      @NotBlank @Size(max = 100) String name,
      @NotNull Role role,
      @Nullable ClientId clientId,
      @Nullable @Future Instant expiresAt) {}

  record KeyView(
      UUID id,
      @Nullable ClientId clientId,
      String name,
      String prefix,
      Role role,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {

    static KeyView of(ApiKeys.Listed key) {
      return new KeyView(
          key.id(),
          key.clientId(),
          key.name(),
          key.prefix(),
          key.role(),
          key.createdAt(),
          key.lastUsedAt(),
          key.expiresAt(),
          key.revokedAt());
    }
  }

  record CreatedKey(
      UUID id,
      String key,
      @Nullable ClientId clientId,
      String name,
      String prefix,
      Role role,
      Instant createdAt,
      @Nullable Instant expiresAt) {}

  @Needs(value = Role.ADMIN, withoutClient = true)
  @PostMapping
  @Operation(
      operationId = "createApiKey",
      summary = "Make an API key",
      description =
          "The answer is the only place where the key is ever shown; so an Idempotency-Key is not"
              + " taken here.")
  ResponseEntity<CreatedKey> create(Caller caller, @Valid @RequestBody NewKey wanted) {
    Role role = wanted.role();
    if (!caller.role().includes(role)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_too_high",
          "A key cannot have more rights than who makes it.",
          "Ask for role " + caller.role().wire() + " or less.");
    }
    ClientId client = owner(caller, role, wanted.clientId());
    String key = Secrets.random(Secrets.API_KEY);
    var made = keys.create(client, wanted.name().strip(), role, key, wanted.expiresAt());
    audit.note(client, caller.subject(), "api_key.created", "api_key", made.id());
    return ResponseEntity.created(URI.create("/api/v1/api-keys/" + made.id()))
        .header("Cache-Control", "no-store")
        .body(
            new CreatedKey(
                made.id(),
                key,
                made.clientId(),
                made.name(),
                made.prefix(),
                made.role(),
                made.createdAt(),
                made.expiresAt()));
  }

  @Needs(value = Role.ADMIN, withoutClient = true)
  @GetMapping
  @Operation(
      operationId = "listApiKeys",
      summary = "List API keys",
      description = "Of the client; of the platform itself where a platform caller chooses none.")
  Page<KeyView> list(Caller caller) {
    return new Page<>(keys.list(scope(caller)).stream().map(KeyView::of).toList(), null);
  }

  @Needs(value = Role.ADMIN, withoutClient = true)
  @DeleteMapping("/{id}")
  @Operation(operationId = "revokeApiKey", summary = "Revoke an API key")
  ResponseEntity<Void> revoke(Caller caller, @PathVariable UUID id) {
    ClientId client = scope(caller);
    Role role = keys.roleOf(client, id).orElseThrow(() -> Problem.notFound("API key", id));
    if (!caller.role().includes(role)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_too_high",
          "An admin cannot revoke an owner's key.",
          "Ask an owner.");
    }
    keys.revoke(client, id);
    audit.note(client, caller.subject(), "api_key.revoked", "api_key", id);
    return ResponseEntity.noContent().build();
  }

  private @Nullable ClientId owner(Caller caller, Role role, @Nullable ClientId named) {
    ClientId chosen = caller.clientOrNull();
    if (role == Role.PLATFORM) {
      if (named != null) {
        throw Problem.invalid(
            "client_id", "A key of the platform belongs to no client.", "Leave client_id out.");
      }
      return null;
    }
    if (named != null && caller.role() != Role.PLATFORM && !named.equals(chosen)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "other_client",
          "This client is not yours.",
          "Leave client_id out: the key is made for your client.");
    }
    ClientId client = named == null ? chosen : named;
    if (client == null) {
      throw Problem.invalid(
          "client_id",
          "Nobody knows whose key this is to be.",
          "Name the client, or ask for role platform.");
    }
    if (clients.status(client).isEmpty()) {
      throw Problem.notFound("client", client);
    }
    return client;
  }

  private static @Nullable ClientId scope(Caller caller) {
    return caller.role() == Role.PLATFORM ? caller.clientOrNull() : caller.client();
  }
}
