package com.omnify.channels.web;

import com.omnify.channels.compose.Templates;
import com.omnify.channels.compose.Variables;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.email.policy.Html;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.HoldReason;
import com.omnify.model.SmsEncoding;
import com.omnify.model.SmsSegments;
import com.omnify.model.id.ClientId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A template as a person would get it, by the engine that also sends. */
@RestController
@RequestMapping("/api/v1/previews")
class PreviewController {

  /**
   * The columns that {@link ReadyDispatches#facts} reads; a made-up person where none is chosen.
   */
  private static final String FACTS =
      """
      SELECT c.id IS NOT NULL AS found,
        CASE WHEN p.chosen THEN c.first_name ELSE 'Alex' END AS first_name,
        CASE WHEN p.chosen THEN c.last_name ELSE 'Morgan' END AS last_name,
        CASE WHEN p.chosen THEN c.company ELSE 'Morgan & Sons' END AS company,
        CASE WHEN p.chosen THEN c.phone ELSE '+12065550100' END AS phone,
        CASE WHEN p.chosen THEN c.email ELSE 'alex@example.com' END AS email,
        CASE WHEN p.chosen THEN c.state ELSE 'WA' END AS state,
        CASE WHEN p.chosen THEN c.postal_code ELSE '98101' END AS postal_code,
        coalesce(c.custom_fields, '{}')::text AS custom_fields,
        x.last_inbound_sms, x.last_channel, x.first_contact_at,
        coalesce(x.outbound_sms + x.inbound_sms + x.outbound_email + x.inbound_email + x.calls, 0)
          AS interactions,
        b.name AS client_name, f.phone AS client_phone, f.website AS client_website,
        f.postal_address AS client_address, f.service_area AS client_service_area,
        coalesce(m.price_micros, 0) AS price_micros
      FROM clients b
      CROSS JOIN (SELECT CAST(:contact AS uuid) AS contact_id, CAST(:contact AS uuid) IS NOT NULL AS chosen) p
      LEFT JOIN contacts c ON c.client_id = b.id AND c.id = p.contact_id
      LEFT JOIN contact_contexts x ON x.client_id = b.id AND x.contact_id = p.contact_id
      LEFT JOIN client_profiles f ON f.client_id = b.id
      LEFT JOIN price_book m ON m.client_id = b.id AND m.item = :item
      WHERE b.id = :client
      """;

  private static final int LONGEST_TEMPLATE = 200_000;

  /** The texts of a step that people read or hear, by what is said first. */
  private static final Map<Channel, List<String>> FIELDS =
      Map.of(
          Channel.SMS, List.of("body"),
          Channel.EMAIL, List.of("text", "subject", "html"),
          Channel.VOICE, List.of("first_message", "system_prompt", "voicemail_message"));

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final Templates templates;
  private final FleetClock clock;

  PreviewController(
      JdbcClient jdbc, Transactions transactions, Templates templates, FleetClock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.templates = templates;
    this.clock = clock;
  }

  /**
   * What to fill in.
   *
   * @param template the text of an SMS, for short
   * @param content the texts of a step, as the step holds them
   * @param channel SMS where it is left out
   */
  record PreviewRequest(
      @Nullable UUID contactId,
      @Nullable String template,
      @Nullable Map<String, String> content,
      @Nullable Channel channel) {}

  /**
   * What would be sent.
   *
   * @param content every text, filled in
   * @param text the first of them
   * @param encoding of an SMS; empty on other channels, as segments and units are 0 there
   * @param units septets or UTF-16 code units
   * @param costMicros millionths of the client's currency, 0 where no price is known
   */
  record PreviewBody(
      Map<String, String> content,
      String text,
      String encoding,
      int segments,
      int units,
      long costMicros,
      List<String> warnings) {}

  private record Person(Variables.Facts facts, long priceMicros, boolean found) {}

  @Needs(Role.MEMBER)
  @PostMapping
  PreviewBody preview(Caller caller, @RequestBody PreviewRequest request) {
    Channel channel = request.channel() == null ? Channel.SMS : request.channel();
    Map<String, String> content = content(request, channel);
    Person person = person(caller.client(), request.contactId(), channel);
    if (request.contactId() != null && !person.found()) {
      throw Problem.notFound("contact", request.contactId());
    }
    Map<String, Object> variables = Variables.of(person.facts(), clock.now());
    if (channel == Channel.SMS) {
      return sms(content.getOrDefault("body", ""), variables, person);
    }
    var filled = new LinkedHashMap<String, String>();
    for (String field : FIELDS.getOrDefault(channel, List.of())) {
      String template = content.get(field);
      if (template != null && !template.isBlank()) {
        filled.put(
            field,
            fill(field, template, field.equals("html") ? Html.escaped(variables) : variables));
      }
    }
    return new PreviewBody(
        filled,
        filled.values().iterator().next(),
        "",
        0,
        0,
        channel == Channel.EMAIL ? person.priceMicros() : 0,
        unreachable(channel, person.facts()));
  }

  private static Map<String, String> content(PreviewRequest request, Channel channel) {
    var given = new LinkedHashMap<String, String>();
    if (request.content() != null) {
      given.putAll(request.content());
    }
    if (request.template() != null) {
      given.put(FIELDS.getOrDefault(channel, List.of("body")).getFirst(), request.template());
    }
    List<String> known = FIELDS.getOrDefault(channel, List.of());
    given.forEach(
        (field, text) -> {
          if (!known.contains(field)) {
            throw Problem.invalid(
                "content." + field, "is no text of this channel", "Use some of " + known + ".");
          }
          if (text != null && text.length() > LONGEST_TEMPLATE) {
            throw Problem.invalid(
                "content." + field,
                "is too long",
                "Send up to " + LONGEST_TEMPLATE + " characters.");
          }
        });
    given.values().removeIf(text -> text == null || text.isBlank());
    if (given.isEmpty()) {
      throw Problem.invalid(
          "content", "is missing", "Send the texts of a step, some of " + known + ".");
    }
    return given;
  }

  private String fill(String field, String template, Map<String, Object> variables) {
    return switch (templates.render(template, variables)) {
      case Templates.Rendered.Text(String text) -> text;
      case Templates.Rendered.Held(HoldReason reason, String words) ->
          throw Problem.unprocessable(
              reason.wire(), List.of(new FieldFault("content." + field, words, fix(reason))));
    };
  }

  private PreviewBody sms(String template, Map<String, Object> variables, Person person) {
    return switch (templates.sms(template, variables)) {
      case SmsText.Ready(String body, SmsSegments counted) ->
          new PreviewBody(
              Map.of("body", body),
              body,
              counted.encoding().label(),
              counted.segments(),
              counted.units(),
              counted.segments() * person.priceMicros(),
              warnings(body, counted, person.facts()));
      case SmsText.Held(HoldReason reason, String words) ->
          throw Problem.unprocessable(
              reason.wire(), List.of(new FieldFault("template", words, fix(reason))));
    };
  }

  private Person person(ClientId client, @Nullable UUID contact, Channel channel) {
    return transactions.readInClient(
        client,
        () ->
            jdbc.sql(FACTS)
                .param("client", client.value())
                .param("contact", contact)
                .param(
                    "item",
                    switch (channel) {
                      case SMS -> "sms_segment";
                      case EMAIL -> "email";
                      case VOICE -> "voice_minute";
                    })
                .query(
                    (row, _) ->
                        new Person(
                            ReadyDispatches.facts(row),
                            row.getLong("price_micros"),
                            row.getBoolean("found")))
                .single());
  }

  private static List<String> warnings(String body, SmsSegments counted, Variables.Facts facts) {
    var warnings = new ArrayList<String>();
    if (counted.encoding() == SmsEncoding.UCS_2) {
      String foreign =
          body.codePoints()
              .mapToObj(Character::toString)
              .filter(c -> SmsSegments.of(c).encoding() == SmsEncoding.UCS_2)
              .distinct()
              .limit(5)
              .collect(Collectors.joining(" "));
      warnings.add(
          "Characters outside of GSM-7 (%s) more than halve what fits into a segment"
              .formatted(foreign));
    }
    if (counted.segments() > 1) {
      warnings.add("Billed as %d segments".formatted(counted.segments()));
    }
    warnings.addAll(unreachable(Channel.SMS, facts));
    return warnings;
  }

  private static List<String> unreachable(Channel channel, Variables.Facts facts) {
    return switch (channel) {
      case SMS, VOICE ->
          facts.phone() == null ? List.of("The contact has no phone number") : List.of();
      case EMAIL ->
          facts.email() == null ? List.of("The contact has no e-mail address") : List.of();
    };
  }

  private static String fix(HoldReason reason) {
    return reason == HoldReason.MISSING_VARIABLE
        ? "Give it a default: {{ first_name | default: \"there\" }}, or fill the contact's field."
        : "Mend the template; variables and filters are listed with the steps of a sequence.";
  }
}
