package com.omnify.events.text;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import liqp.TemplateParser;
import liqp.antlr.CharStreamWithLocation;
import liqp.parser.Flavor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/**
 * Fills the texts of steps that no contact reads. They go to the team and to machines, so what is
 * not known is left empty instead of holding the step. Rendered once: what a variable holds is data
 * and never template.
 */
@Component
public class StepTexts {

  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
  private static final int MAX_ITERATIONS = 10_000;
  private static final int MAX_RENDERED = 50_000;

  private static final String FACTS =
      """
      SELECT c.first_name, c.last_name, c.company, c.phone, c.email, c.state, c.postal_code,
        coalesce(c.custom_fields, '{}')::text AS custom_fields,
        x.last_inbound_sms, x.last_channel, x.first_contact_at,
        coalesce(x.outbound_sms + x.inbound_sms + x.outbound_email + x.inbound_email + x.calls, 0) AS interactions,
        b.name AS client_name, f.phone AS client_phone, f.website AS client_website,
        f.postal_address AS client_address, f.service_area AS client_service_area
      FROM clients b
      LEFT JOIN contacts c ON c.client_id = b.id AND c.id = :contact
      LEFT JOIN contact_contexts x ON x.client_id = b.id AND x.contact_id = :contact
      LEFT JOIN client_profiles f ON f.client_id = b.id
      WHERE b.id = :client
      """;

  private final JdbcClient jdbc;
  private final FleetClock clock;
  private final TemplateParser parser =
      new TemplateParser.Builder()
          .withFlavor(Flavor.LIQUID)
          .withNameResolver(StepTexts::noFile)
          .withMaxIterations(MAX_ITERATIONS)
          .withMaxSizeRenderedString(MAX_RENDERED)
          .build();

  StepTexts(JdbcClient jdbc, FleetClock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The engine's own way would read any file of this machine that a template names. */
  private static CharStreamWithLocation noFile(String name) throws IOException {
    throw new FileNotFoundException("a template includes nothing: '" + name + "'");
  }

  /** A template cannot be filled. */
  public static final class Unfillable extends Exception {
    Unfillable(String words, Throwable cause) {
      super(words, cause);
    }
  }

  /** What a template can name, for one person; to be read in a transaction. */
  public Map<String, Object> variables(ClientId client, ContactId contact) {
    Instant now = clock.now();
    return jdbc.sql(FACTS)
        .param("client", client.value())
        .param("contact", contact.value())
        .query((row, _) -> variables(row, now))
        .single();
  }

  private static Map<String, Object> variables(ResultSet row, Instant now) throws SQLException {
    var values = new HashMap<String, Object>();
    for (String name :
        List.of(
            "first_name",
            "last_name",
            "company",
            "phone",
            "email",
            "state",
            "postal_code",
            "client_name",
            "client_phone",
            "client_website",
            "client_address",
            "client_service_area")) {
      put(values, name, row.getString(name));
    }
    put(
        values,
        "full_name",
        Stream.of(row.getString("first_name"), row.getString("last_name"))
            .filter(name -> name != null && !name.isBlank())
            .collect(Collectors.joining(" ")));
    put(values, "last_sms_reply", row.getString("last_inbound_sms"));
    put(values, "last_channel_used", row.getString("last_channel"));
    values.put("custom", KitJson.mapper().readValue(row.getString("custom_fields"), FIELDS));
    values.put("interaction_count", row.getInt("interactions"));
    Instant first = Pg.instantOrNull(row, "first_contact_at");
    values.put(
        "days_since_first_contact",
        first == null ? 0L : Math.max(0, Duration.between(first, now).toDays()));
    return values;
  }

  private static void put(Map<String, Object> values, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      values.put(name, value.strip());
    }
  }

  /**
   * The text with its variables filled in.
   *
   * @throws Unfillable where the engine refuses it
   */
  public String fill(String template, Map<String, Object> variables) throws Unfillable {
    try {
      return parser.parse(template).render(new LinkedHashMap<>(variables));
    } catch (RuntimeException e) {
      throw new Unfillable("the text cannot be filled: " + e.getMessage(), e);
    }
  }

  /**
   * JSON whose texts are templates, each filled by itself: what a person is called can break no
   * quotes.
   *
   * @throws Unfillable where the engine refuses one of them
   */
  public @Nullable Object fillAll(@Nullable Object json, Map<String, Object> variables)
      throws Unfillable {
    switch (json) {
      case String template -> {
        return fill(template, variables);
      }
      case Map<?, ?> map -> {
        var filled = new LinkedHashMap<String, @Nullable Object>();
        for (var entry : map.entrySet()) {
          filled.put(String.valueOf(entry.getKey()), fillAll(entry.getValue(), variables));
        }
        return filled;
      }
      case List<?> list -> {
        var filled = new java.util.ArrayList<@Nullable Object>();
        for (Object element : list) {
          filled.add(fillAll(element, variables));
        }
        return filled;
      }
      case null, default -> {
        return json;
      }
    }
  }
}
