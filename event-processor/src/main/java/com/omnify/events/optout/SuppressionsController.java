package com.omnify.events.optout;

import com.omnify.events.optout.Suppressions.Suppression;
import com.omnify.events.optout.Suppressions.Target;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.SuppressionId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The suppression list, for people. */
@RestController
@RequestMapping("/api/v1/suppressions")
class SuppressionsController {

  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
  private static final Pattern EMAIL =
      Pattern.compile("[^@\\s\\p{Cntrl}]+@[^@\\s\\p{Cntrl}]+\\.[^@\\s\\p{Cntrl}]+");
  private static final Pattern PHONE_PUNCTUATION = Pattern.compile("[\\s().\\-]");

  private final Transactions transactions;
  private final OptOuts optOuts;
  private final Suppressions suppressions;
  private final JdbcClient db;

  SuppressionsController(
      Transactions transactions, OptOuts optOuts, Suppressions suppressions, JdbcClient db) {
    this.transactions = transactions;
    this.optOuts = optOuts;
    this.suppressions = suppressions;
    this.db = db;
  }

  /** Which channels to close. */
  enum Scope implements WireEnum {
    ALL,
    SMS,
    EMAIL,
    VOICE
  }

  /** Why an operator may suppress. */
  enum ManualReason implements WireEnum {
    MANUAL
  }

  /**
   * Whom to leave alone: an address, or all addresses of a contact.
   *
   * @param channel all of them where left out
   */
  record NewSuppression(
      @Nullable Scope channel,
      @Nullable @Size(max = 254) String identity,
      @Nullable UUID contactId,
      @Nullable ManualReason reason,
      @Nullable @Size(max = 500) String detail) {}

  /** What is in force now for the addresses named. */
  record Suppressed(List<Suppression> suppressions) {}

  @Needs(Role.MEMBER)
  @GetMapping
  Page<Suppression> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String identity,
      @RequestParam(required = false) @Nullable String channel,
      @RequestParam(name = "in_force", required = false) @Nullable Boolean inForce,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    Channel only = channel == null ? null : channel(channel);
    String address = identity == null ? null : normal(identity);
    List<Suppression> found =
        transactions.readInClient(
            caller.client(),
            () -> suppressions.list(caller.client(), address, only, inForce, before, size + 1));
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @PostMapping
  ResponseEntity<Suppressed> add(Caller caller, @RequestBody @Valid NewSuppression body) {
    ClientId client = caller.client();
    Scope scope = body.channel() == null ? Scope.ALL : body.channel();
    return transactions.inClient(
        client,
        () -> {
          Collection<ContactId> people;
          Set<Target> targets;
          UUID contact = body.contactId();
          if (contact != null && body.identity() == null) {
            var addresses =
                optOuts
                    .addresses(client, contact)
                    .orElseThrow(() -> Problem.notFound("contact", contact));
            people = List.of(new ContactId(contact));
            targets = targets(scope, addresses.phone(), addresses.email());
          } else if (body.identity() != null && contact == null) {
            String identity = identity(body.identity());
            people = optOuts.owners(client, identity);
            targets =
                identity.startsWith("+")
                    ? targets(scope, identity, null)
                    : targets(scope, null, identity);
          } else {
            throw Problem.invalid(
                "identity",
                "must say whom to leave alone",
                "give either identity (a phone number or an e-mail address) or contact_id, not both");
          }
          if (targets.isEmpty()) {
            throw Problem.invalid(
                "channel",
                "no address there that '" + scope.wire() + "' could reach",
                "leave channel out, or name an address of that kind");
          }
          boolean whole = scope == Scope.ALL;
          boolean added =
              !optOuts
                  .suppress(
                      client,
                      targets,
                      SuppressionReason.MANUAL,
                      body.detail(),
                      null,
                      whole ? people : List.of())
                  .isEmpty();
          List<Suppression> now = suppressions.inForce(client, targets);
          now.forEach(each -> audit(client, caller, "suppression.add", each.id()));
          return ResponseEntity.status(added ? HttpStatus.CREATED : HttpStatus.OK)
              .location(URI.create("/api/v1/suppressions/" + now.getFirst().id()))
              .body(new Suppressed(now));
        });
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  Suppression get(Caller caller, @PathVariable UUID id) {
    return transactions.readInClient(
        caller.client(),
        () ->
            suppressions
                .find(caller.client(), new SuppressionId(id))
                .orElseThrow(() -> Problem.notFound("suppression", id)));
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void lift(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    transactions.inClient(
        client,
        () -> {
          Suppression found =
              suppressions
                  .find(client, new SuppressionId(id))
                  .orElseThrow(() -> Problem.notFound("suppression", id));
          if (found.reason().equals(SuppressionReason.ERASED.wire())) {
            throw Problem.conflict(
                "suppression_is_a_tombstone",
                "This person was erased on request.",
                "Nothing to do: an erased person can only come back by giving consent anew.");
          }
          if (suppressions.lift(client, new SuppressionId(id), caller.subject())) {
            audit(client, caller, "suppression.lift", id);
          }
        });
  }

  private void audit(ClientId client, Caller caller, String action, UUID id) {
    db.sql(
            """
            INSERT INTO audit (client_id, actor, action, subject_type, subject_id, detail)
            VALUES (:client, :actor, :action, 'suppression', :id, :detail)
            """)
        .param("client", client.value())
        .param("actor", caller.subject())
        .param("action", action)
        .param("id", id.toString())
        .param("detail", Pg.jsonb(Map.of()))
        .update();
  }

  private static Set<Target> targets(Scope scope, @Nullable String phone, @Nullable String email) {
    var targets = new LinkedHashSet<Target>();
    if (phone != null && (scope == Scope.ALL || scope == Scope.SMS)) {
      targets.add(new Target(Channel.SMS, phone));
    }
    if (phone != null && (scope == Scope.ALL || scope == Scope.VOICE)) {
      targets.add(new Target(Channel.VOICE, phone));
    }
    if (email != null && (scope == Scope.ALL || scope == Scope.EMAIL)) {
      targets.add(new Target(Channel.EMAIL, email));
    }
    return targets;
  }

  private static Channel channel(String text) {
    try {
      return WireEnum.parse(Channel.class, text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("channel", String.valueOf(e.getMessage()), "use sms, email or voice");
    }
  }

  private static String normal(String identity) {
    String text = identity.strip();
    return text.contains("@")
        ? text.toLowerCase(Locale.ROOT)
        : PHONE_PUNCTUATION.matcher(text).replaceAll("");
  }

  private static String identity(String text) {
    String identity = normal(text);
    if (!E164.matcher(identity).matches() && !EMAIL.matcher(identity).matches()) {
      throw Problem.invalid(
          "identity",
          "is neither a phone number with country code nor an e-mail address",
          "write a number like +12065550100, or an address like ann@example.com");
    }
    return identity;
  }
}
