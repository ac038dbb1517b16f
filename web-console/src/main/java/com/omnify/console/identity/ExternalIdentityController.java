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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
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
@RequestMapping("/api/v1/users/{id}/identities")
@Tag(name = "Users", description = "People who work for a client")
class ExternalIdentityController {

  private final Accounts accounts;
  private final ExternalIdentities identities;
  private final ExternalIssuers issuers;
  private final Audit audit;

  ExternalIdentityController(
      Accounts accounts, ExternalIdentities identities, ExternalIssuers issuers, Audit audit) {
    this.accounts = accounts;
    this.identities = identities;
    this.issuers = issuers;
    this.audit = audit;
  }

  record NewIdentity(@NotBlank String issuer, @NotBlank @Size(max = 255) String subject) {}

  record IdentityView(UUID id, String issuer, String subject, Instant createdAt) {

    static IdentityView of(ExternalIdentities.Link link) {
      return new IdentityView(link.id(), link.issuer(), link.subject(), link.createdAt());
    }
  }

  @Needs(Role.ADMIN)
  @GetMapping
  @Operation(
      operationId = "listIdentities",
      summary = "List by which names of other issuers a person is known")
  Page<IdentityView> list(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    if (accounts.roleAt(id, client).isEmpty()) {
      throw Problem.notFound("user", id);
    }
    return new Page<>(identities.of(client, id).stream().map(IdentityView::of).toList(), null);
  }

  @Needs(Role.ADMIN)
  @PostMapping
  @Operation(
      operationId = "linkIdentity",
      summary = "Let a person in by the tokens of another issuer",
      description = "At this client only. The issuer must be one of the installation's settings.")
  ResponseEntity<IdentityView> link(
      Caller caller, @PathVariable UUID id, @Valid @RequestBody NewIdentity wanted) {
    ClientId client = caller.client();
    requireNoHigher(caller, id, client);
    if (!issuers.names().contains(wanted.issuer())) {
      throw Problem.invalid(
          "issuer",
          "This installation does not trust that issuer.",
          issuers.names().isEmpty()
              ? "Ask its operator to name it in omnify.identity.issuers."
              : "Send one of " + String.join(", ", issuers.names()) + ", exactly so.");
    }
    var link =
        identities
            .add(client, id, wanted.issuer(), wanted.subject())
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "identity_exists",
                        "Someone of this client is known by that name already.",
                        "Remove it there first, or name another subject."));
    audit.note(client, caller.subject(), "identity.linked", "user", id);
    return ResponseEntity.created(URI.create("/api/v1/users/" + id + "/identities/" + link.id()))
        .body(IdentityView.of(link));
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/{identityId}")
  @Operation(
      operationId = "unlinkIdentity",
      summary = "No longer let a person in by another issuer's tokens")
  ResponseEntity<Void> unlink(Caller caller, @PathVariable UUID id, @PathVariable UUID identityId) {
    ClientId client = caller.client();
    requireNoHigher(caller, id, client);
    if (!identities.remove(client, id, identityId)) {
      throw Problem.notFound("identity", identityId);
    }
    audit.note(client, caller.subject(), "identity.unlinked", "user", id);
    return ResponseEntity.noContent().build();
  }

  private void requireNoHigher(Caller caller, UUID id, ClientId client) {
    Role theirs = accounts.roleAt(id, client).orElseThrow(() -> Problem.notFound("user", id));
    if (!caller.role().includes(theirs)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_too_high",
          "An admin cannot say how an owner comes in.",
          "Ask an owner.");
    }
  }
}
