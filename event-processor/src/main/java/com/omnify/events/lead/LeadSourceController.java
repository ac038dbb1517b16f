package com.omnify.events.lead;

import com.omnify.events.lead.LeadSource.Kind;
import com.omnify.events.lead.LeadSource.Statement;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.MergePatch;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadSourceId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
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

/** The forms that leads come from, with their addresses and secrets. */
@RestController
@RequestMapping("/api/v1/lead-sources")
class LeadSourceController {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*");
  private static final Pattern CUSTOM = Pattern.compile("custom\\.[a-z][a-z0-9_]{0,59}");
  private static final Set<String> FIELDS =
      new LinkedHashSet<>(
          List.of(
              "first_name",
              "last_name",
              "full_name",
              "company",
              "phone",
              "email",
              "time_zone",
              "state",
              "postal_code",
              "ignore"));
  private static final int MOST = 50;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Transactions transactions;
  private final LeadSources sources;
  private final Ids ids;
  private final RealClock clock;
  private final JsonMapper json;
  private final String publicUrl;

  LeadSourceController(
      Transactions transactions,
      LeadSources sources,
      Ids ids,
      RealClock clock,
      JsonMapper json,
      OmnifyProperties properties) {
    this.transactions = transactions;
    this.sources = sources;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
    this.publicUrl = properties.publicUrl().toString().replaceAll("/+$", "");
  }

  /**
   * A source as callers write it.
   *
   * @param kind generic, google or facebook; stays as it is made
   * @param appSecret Facebook only: the secret of the app that subscribes; never shown
   * @param accessToken Facebook only: a page's token that may read leads; never shown
   * @param baseUrl Facebook only: where the Graph API is, with its version
   * @param tags put on every contact of this source
   * @param defaultCountry where numbers without a country code lie, such as US
   * @param mapping names of the form's fields → first_name, …, custom.roof_type, or ignore
   * @param consent by channel: what people read and agree to when they send the form
   */
  record SourceBody(
      @Nullable Kind kind,
      @Nullable String name,
      @Nullable String appSecret,
      @Nullable String accessToken,
      @Nullable String baseUrl,
      @Nullable List<@Nullable String> tags,
      @Nullable String defaultCountry,
      @Nullable Map<String, @Nullable String> mapping,
      @Nullable Map<String, @Nullable Statement> consent,
      @Nullable Boolean active) {}

  /**
   * A source as it is shown.
   *
   * @param url where its leads are to be posted
   */
  record SourceView(
      UUID id,
      Kind kind,
      String name,
      String url,
      @Nullable String baseUrl,
      List<String> tags,
      String defaultCountry,
      Map<String, String> mapping,
      Map<String, Statement> consent,
      boolean active,
      Instant createdAt,
      Instant updatedAt) {}

  /**
   * A source with what is shown this once.
   *
   * @param secret generic: signs posts, or is sent as X-Lead-Key; google: the form's key
   * @param verifyToken facebook: to be entered beside the address
   */
  record NewSource(SourceView source, @Nullable String secret, @Nullable String verifyToken) {}

  @Needs(Role.ADMIN)
  @PostMapping
  @Operation(summary = "Add a source of leads; its secret is shown once")
  ResponseEntity<NewSource> create(Caller caller, @RequestBody SourceBody body) {
    ClientId client = caller.client();
    if (body.kind() == null) {
      throw Problem.invalid("kind", "is missing", "use generic, google or facebook");
    }
    Kind kind = body.kind();
    if (kind == Kind.FACEBOOK && (body.appSecret() == null || body.appSecret().isBlank())) {
      throw Problem.invalid(
          "app_secret",
          "is missing",
          "Facebook signs with the secret of the app that subscribes to the page's leads.");
    }
    Instant now = clock.now();
    LeadSource source =
        checked(
            client,
            new LeadSourceId(ids.next()),
            kind,
            body,
            kind == Kind.FACEBOOK ? String.valueOf(body.appSecret()).strip() : secret(kind),
            kind == Kind.FACEBOOK ? token(24) : null,
            body.accessToken(),
            now,
            now);
    transactions.inClient(client, () -> sources.write(source));
    return ResponseEntity.created(URI.create("/api/v1/lead-sources/" + source.id()))
        .body(
            new NewSource(
                view(source),
                kind == Kind.FACEBOOK ? null : source.secret(),
                source.verifyToken()));
  }

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List sources of leads")
  Page<SourceView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID after = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    return Page.of(
        transactions.readInClient(
            caller.client(),
            () -> sources.list(caller.client(), after, size + 1).stream().map(this::view).toList()),
        size,
        last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One source of leads")
  SourceView get(Caller caller, @PathVariable LeadSourceId id) {
    return transactions.readInClient(caller.client(), () -> view(find(caller.client(), id)));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/{id}")
  @Operation(summary = "Change a source; secrets are kept where none are given")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      content = @Content(schema = @Schema(implementation = SourceBody.class)))
  SourceView change(Caller caller, @PathVariable LeadSourceId id, @RequestBody ObjectNode patch) {
    ClientId client = caller.client();
    return transactions.inClient(
        client,
        () -> {
          LeadSource was = find(client, id);
          SourceBody body =
              MergePatch.apply(
                  json,
                  new SourceBody(
                      was.kind(),
                      was.name(),
                      null,
                      null,
                      was.baseUrl(),
                      List.copyOf(was.tags()),
                      was.country(),
                      Map.copyOf(was.mapping()),
                      Map.copyOf(was.consent()),
                      was.active()),
                  patch,
                  SourceBody.class);
          if (body.kind() != was.kind()) {
            throw Problem.invalid(
                "kind", "cannot be changed", "Make another source; this one can be switched off.");
          }
          boolean newSecret = body.appSecret() != null && was.kind() == Kind.FACEBOOK;
          if (newSecret && String.valueOf(body.appSecret()).isBlank()) {
            throw Problem.invalid(
                "app_secret", "is empty", "leave it out to keep the one that is there");
          }
          if (was.accessToken() != null
              && body.accessToken() == null
              && !Objects.equals(body.baseUrl(), was.baseUrl())) {
            // or whoever may change the address could have the token sent to themselves
            throw Problem.invalid(
                "access_token", "is missing", "send it again where base_url changes");
          }
          LeadSource is =
              checked(
                  client,
                  id,
                  was.kind(),
                  body,
                  newSecret ? String.valueOf(body.appSecret()).strip() : was.secret(),
                  was.verifyToken(),
                  body.accessToken() == null ? was.accessToken() : body.accessToken(),
                  was.createdAt(),
                  clock.now());
          sources.write(is);
          return view(is);
        });
  }

  /** The old one is worth nothing from then on. */
  @Needs(Role.ADMIN)
  @PostMapping("/{id}/secret")
  @Operation(summary = "Give a source a new secret, shown once")
  NewSource renew(Caller caller, @PathVariable LeadSourceId id) {
    ClientId client = caller.client();
    return transactions.inClient(
        client,
        () -> {
          LeadSource was = find(client, id);
          boolean facebook = was.kind() == Kind.FACEBOOK;
          var is =
              new LeadSource(
                  client,
                  id,
                  was.kind(),
                  was.name(),
                  facebook ? was.secret() : secret(was.kind()),
                  facebook ? token(24) : null,
                  was.accessToken(),
                  was.baseUrl(),
                  was.tags(),
                  was.country(),
                  was.mapping(),
                  was.consent(),
                  was.active(),
                  was.createdAt(),
                  clock.now());
          sources.write(is);
          return new NewSource(view(is), facebook ? null : is.secret(), is.verifyToken());
        });
  }

  private LeadSource find(ClientId client, LeadSourceId id) {
    return sources.find(client, id).orElseThrow(() -> Problem.notFound("lead source", id));
  }

  private SourceView view(LeadSource source) {
    return new SourceView(
        source.id().value(),
        source.kind(),
        source.name(),
        publicUrl
            + "/webhooks/leads/"
            + source.client()
            + "/"
            + source.kind().wire()
            + "/"
            + source.id(),
        source.baseUrl(),
        source.tags(),
        source.country(),
        source.mapping(),
        source.consent(),
        source.active(),
        source.createdAt(),
        source.updatedAt());
  }

  private static LeadSource checked(
      ClientId client,
      LeadSourceId id,
      Kind kind,
      SourceBody body,
      String secret,
      @Nullable String verifyToken,
      @Nullable String accessToken,
      Instant createdAt,
      Instant now) {
    var faults = new ArrayList<FieldFault>();
    String name = body.name() == null ? "" : body.name().strip();
    if (name.isEmpty() || name.length() > 100) {
      faults.add(new FieldFault("name", "is missing or too long", "use 1 to 100 characters"));
    }
    if (kind != Kind.FACEBOOK
        && (body.appSecret() != null || body.accessToken() != null || body.baseUrl() != null)) {
      faults.add(
          new FieldFault(
              "kind",
              "takes no app_secret, access_token or base_url",
              "leave them out: they are Facebook's"));
    }
    if (body.baseUrl() != null && !body.baseUrl().matches("https?://[^\\s?#]{3,300}")) {
      faults.add(
          new FieldFault(
              "base_url", "is no http(s) address", "leave it out for Facebook's own Graph API"));
    }
    String country =
        body.defaultCountry() == null
            ? "US"
            : body.defaultCountry().strip().toUpperCase(Locale.ROOT);
    if (!Arrays.asList(Locale.getISOCountries()).contains(country)) {
      faults.add(new FieldFault("default_country", "is no country", "use two letters, such as US"));
    }
    return new LeadSource(
        client,
        id,
        kind,
        name,
        secret,
        verifyToken,
        accessToken == null || accessToken.isBlank() ? null : accessToken.strip(),
        body.baseUrl(),
        tags(body.tags(), faults),
        country,
        mapping(body.mapping(), faults),
        consent(body.consent(), faults),
        !Boolean.FALSE.equals(body.active()),
        createdAt,
        refuseOr(faults, now));
  }

  private static Instant refuseOr(List<FieldFault> faults, Instant now) {
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return now;
  }

  private static List<String> tags(
      @Nullable List<@Nullable String> given, List<FieldFault> faults) {
    var tags = new LinkedHashSet<String>();
    for (String tag : given == null ? List.<@Nullable String>of() : given) {
      if (tag == null || tag.length() > 60 || !SLUG.matcher(tag).matches() || tags.size() == MOST) {
        faults.add(
            new FieldFault(
                "tags",
                "hold what is no slug, or too many",
                "use lower-case letters, digits, - and _: roof-repair"));
        break;
      }
      tags.add(tag);
    }
    return List.copyOf(tags);
  }

  private static Map<String, String> mapping(
      @Nullable Map<String, @Nullable String> given, List<FieldFault> faults) {
    var mapping = new LinkedHashMap<String, String>();
    if (given != null) {
      given.forEach(
          (question, field) -> {
            boolean known =
                field != null && (FIELDS.contains(field) || CUSTOM.matcher(field).matches());
            if (!known || mapping.size() == MOST) {
              faults.add(
                  new FieldFault(
                      "mapping." + question,
                      "leads to no field of a contact",
                      "use one of " + FIELDS + " or custom.<field>, in at most " + MOST));
            } else {
              mapping.put(question, field);
            }
          });
    }
    return mapping;
  }

  private static Map<String, Statement> consent(
      @Nullable Map<String, @Nullable Statement> given, List<FieldFault> faults) {
    var consent = new LinkedHashMap<String, Statement>();
    if (given != null) {
      given.forEach(
          (channel, statement) -> {
            try {
              String wire = WireEnum.parse(Channel.class, channel).wire();
              if (statement != null) {
                String text = statement.textShown();
                if (text != null && text.length() > 2_000) {
                  faults.add(
                      new FieldFault(
                          "consent." + channel + ".text_shown",
                          "is too long",
                          "use at most 2000 characters"));
                }
                consent.put(wire, statement);
              }
            } catch (IllegalArgumentException e) {
              faults.add(
                  new FieldFault("consent." + channel, "is no channel", "use sms, email or voice"));
            }
          });
    }
    return consent;
  }

  /** Google takes a key of at most 50 characters. */
  private static String secret(Kind kind) {
    if (kind == Kind.GOOGLE) {
      return token(24);
    }
    byte[] random = new byte[24];
    RANDOM.nextBytes(random);
    return "whsec_" + Base64.getEncoder().encodeToString(random);
  }

  private static String token(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
