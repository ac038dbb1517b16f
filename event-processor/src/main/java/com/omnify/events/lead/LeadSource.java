package com.omnify.events.lead;

import com.omnify.events.lead.policy.LeadContact.Consent;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadSourceId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A form, or an account's forms, that leads come from.
 *
 * @param secret what signs its posts, or stands in them
 * @param verifyToken Facebook: what its challenge must name
 * @param accessToken Facebook: reads leads from the Graph API
 * @param baseUrl Facebook: where that API is, if not at its usual place
 * @param country where numbers without a country code lie
 * @param mapping names of the form → fields of the contact
 * @param consent what people read when they agree to be contacted, by channel
 */
record LeadSource(
    ClientId client,
    LeadSourceId id,
    Kind kind,
    String name,
    String secret,
    @Nullable String verifyToken,
    @Nullable String accessToken,
    @Nullable String baseUrl,
    List<String> tags,
    String country,
    Map<String, String> mapping,
    Map<String, Statement> consent,
    boolean active,
    Instant createdAt,
    Instant updatedAt) {

  /** Who posts. */
  enum Kind implements WireEnum {
    GENERIC,
    GOOGLE,
    FACEBOOK
  }

  /** What is read beside a form. */
  record Statement(@Nullable String textShown) {}

  /** What everyone who sends this form agrees to. */
  Map<String, Consent> agreed() {
    var agreed = new LinkedHashMap<String, Consent>();
    consent.forEach(
        (channel, statement) ->
            agreed.put(
                channel, new Consent(true, "lead form: " + name, statement.textShown(), null)));
    return agreed;
  }
}
