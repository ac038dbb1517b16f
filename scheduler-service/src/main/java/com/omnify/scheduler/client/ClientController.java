package com.omnify.scheduler.client;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.MergePatch;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.client.ClientRows.ClientView;
import com.omnify.scheduler.client.ClientRows.ProfileBody;
import com.omnify.scheduler.client.ClientRows.Written;
import com.omnify.scheduler.message.policy.ConfirmationText;
import com.omnify.scheduler.sequence.HoursJson;
import com.omnify.scheduler.sequence.policy.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The businesses on whose behalf things are said. */
@RestController
@RequestMapping("/api/v1/clients")
@Tag(name = "Clients")
class ClientController {

  /** Twilio's list price of a segment to the US with a carrier's fee; a client may set its own. */
  private static final Map<String, Long> LIST_PRICES = Map.of("sms_segment", 11_300L);

  private static final Set<String> ITEMS =
      Set.of("sms_segment", "email", "voice_minute", "lookup", "model_token");

  /**
   * A client.
   *
   * @param timeZone IANA, such as America/New_York
   * @param prices millionths of the currency a unit; items sms_segment, email, voice_minute,
   *     lookup, model_token
   */
  record ClientBody(
      @Nullable String name,
      @Nullable String industry,
      @Nullable String timeZone,
      @Nullable String currency,
      @Nullable String status,
      @Nullable ProfileBody profile,
      @Nullable Map<String, Long> prices) {}

  private final Transactions tx;
  private final ClientRows rows;
  private final ClientBook book;
  private final Ids ids;
  private final JsonMapper json;

  ClientController(Transactions tx, ClientRows rows, ClientBook book, Ids ids, JsonMapper json) {
    this.tx = tx;
    this.rows = rows;
    this.book = book;
    this.ids = ids;
    this.json = json;
  }

  @Needs(value = Role.PLATFORM, withoutClient = true)
  @PostMapping
  @Operation(summary = "Create a client; for the platform")
  ResponseEntity<ClientView> create(@RequestBody ClientBody body) {
    Written written = checked(body);
    var client = new ClientId(ids.next());
    ClientView view =
        tx.inClient(
            client,
            () -> {
              rows.insert(client, written);
              return rows.find(client).orElseThrow();
            });
    return ResponseEntity.created(URI.create("/api/v1/clients/" + client)).body(view);
  }

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping
  @Operation(summary = "The platform sees all clients, everybody else their own")
  Page<ClientView> list(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    int size = Limits.page(limit);
    if (caller.role() != Role.PLATFORM) {
      ClientId own = caller.client();
      return tx.readInClient(own, () -> new Page<>(rows.find(own).stream().toList(), null));
    }
    UUID after = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    return tx.readInBackground(
        () ->
            Page.of(rows.list(size + 1, after), size, view -> Cursor.encode(view.id().toString())));
  }

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping("/{id}")
  @Operation(summary = "One client")
  ClientView get(@PathVariable String id, Caller caller) {
    ClientId client = own(id, caller);
    return tx.readInClient(client, () -> find(client));
  }

  @Needs(value = Role.ADMIN, withoutClient = true)
  @PatchMapping("/{id}")
  @Operation(summary = "Change a client; what is given replaces what was, field by field")
  ClientView patch(@PathVariable String id, @RequestBody ObjectNode patch, Caller caller) {
    ClientId client = own(id, caller);
    if (patch.has("status")) {
      caller.require(Role.PLATFORM);
    }
    ClientView changed =
        tx.inClient(
            client,
            () -> {
              ClientView current = find(client);
              var body =
                  new ClientBody(
                      current.name(),
                      current.industry(),
                      current.timeZone(),
                      current.currency(),
                      current.status(),
                      current.profile(),
                      current.prices());
              ObjectNode whole = patch;
              if (patch.get("profile") instanceof ObjectNode profile) {
                // A profile is edited field by field too.
                whole = patch.deepCopy();
                ProfileBody merged =
                    MergePatch.apply(json, current.profile(), profile, ProfileBody.class);
                whole.set("profile", json.valueToTree(merged));
              }
              rows.update(client, checked(MergePatch.apply(json, body, whole, ClientBody.class)));
              return find(client);
            });
    book.forget(client);
    if (patch.has("status") && changed.status().equals("active")) {
      // In a transaction of its own: a claim that still saw it suspended has committed by now.
      tx.inClient(client, () -> rows.wake(client));
    }
    return changed;
  }

  private ClientView find(ClientId client) {
    return rows.find(client).orElseThrow(() -> Problem.notFound("client", client));
  }

  /** Other clients do not exist for a caller. */
  private static ClientId own(String id, Caller caller) {
    ClientId asked;
    try {
      asked = ClientId.of(id);
    } catch (IllegalArgumentException _) {
      throw Problem.notFound("client", id);
    }
    if (caller.role() != Role.PLATFORM && !asked.equals(caller.client())) {
      throw Problem.notFound("client", id);
    }
    return asked;
  }

  private static Written checked(ClientBody body) {
    var problems = new Problems();
    String name = text(body.name(), "name", 200, problems);
    String industry = text(body.industry(), "industry", 80, problems);
    String zone = body.timeZone() == null ? "" : body.timeZone();
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      problems.add(
          "time_zone",
          "'" + zone + "' is no time zone",
          "use an IANA name such as \"America/New_York\"");
    }
    String currency = body.currency() == null ? "USD" : body.currency();
    if (!currency.matches("[A-Z]{3}")) {
      problems.add("currency", "'" + currency + "' is no currency", "use a code such as \"USD\"");
    }
    String status = body.status() == null ? "active" : body.status();
    if (!Set.of("active", "suspended").contains(status)) {
      problems.add("status", "'" + status + "' is no status", "use active or suspended");
    }
    ProfileBody profile = body.profile() == null ? ProfileBody.EMPTY : body.profile();
    if (profile.businessHours() != null) {
      HoursJson.read(profile.businessHours(), "profile.business_hours", problems);
    }
    String confirmation = profile.optOutConfirmation();
    if (confirmation != null) {
      ConfirmationText.faults(confirmation)
          .forEach(
              fault -> problems.add("profile.opt_out_confirmation", fault.message(), fault.fix()));
    }
    Map<String, Long> prices = body.prices() == null ? LIST_PRICES : body.prices();
    prices.forEach(
        (item, price) -> {
          if (!ITEMS.contains(item)) {
            problems.add(
                "prices." + item,
                "there is no such item",
                "use " + ITEMS.stream().sorted().toList());
          } else if (price == null || price < 0) {
            problems.add(
                "prices." + item, "a price is not negative", "write millionths of the currency");
          }
        });
    if (!problems.isEmpty()) {
      throw Problem.unprocessable(faults(problems));
    }
    return new Written(
        Objects.requireNonNull(name),
        Objects.requireNonNull(industry),
        zone,
        currency,
        status,
        profile,
        prices);
  }

  private static @Nullable String text(
      @Nullable String text, String field, int longest, Problems problems) {
    String stripped = text == null ? "" : text.strip();
    if (stripped.isEmpty() || stripped.length() > longest) {
      problems.add(field, "it has 1 to " + longest + " characters", "send a text of that length");
      return null;
    }
    return stripped;
  }

  static List<FieldFault> faults(Problems problems) {
    return problems.all().stream()
        .map(finding -> new FieldFault(finding.field(), finding.message(), finding.fix()))
        .toList();
  }
}
