package com.omnify.events.lead;

import com.omnify.events.lead.policy.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what forms, Google and Facebook post. What is not there, or of another kind, is empty. */
final class LeadPosts {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Ids of senders have at most some dozens of characters. */
  private static final int LONGEST_ID = 200;

  private LeadPosts() {}

  /** Empty where it is no JSON object. */
  static Optional<JsonNode> object(byte[] body) {
    try {
      JsonNode read = JSON.readTree(body);
      return read.isObject() ? Optional.of(read) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * A flat object of a form's fields. {@code lead_id}, {@code form} and {@code campaign} are about
   * the lead; {@code custom_fields} may hold more.
   *
   * @param messageId the name of the message, for a sender that does not name the lead
   */
  static Optional<LeadPost> generic(JsonNode body, @Nullable String messageId) {
    String id = text(body.path("lead_id"));
    String name = id.isEmpty() ? messageId : id;
    if (name == null || name.isEmpty() || name.length() > LONGEST_ID) {
      return Optional.empty();
    }
    var answers = new ArrayList<Answer>();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      switch (field.getKey()) {
        case "lead_id", "form", "campaign", "test" -> {}
        case "custom_fields", "fields" ->
            field
                .getValue()
                .properties()
                .forEach(inner -> add(answers, inner.getKey(), inner.getValue()));
        default -> add(answers, field.getKey(), field.getValue());
      }
    }
    return Optional.of(
        new LeadPost(
            name,
            orNull(text(body.path("form"))),
            orNull(text(body.path("campaign"))),
            answers,
            body.path("test").asBoolean(false)));
  }

  /** A Google Ads lead form's post. */
  static Optional<LeadPost> google(JsonNode body) {
    String id = text(body.path("lead_id"));
    if (id.isEmpty() || id.length() > LONGEST_ID) {
      return Optional.empty();
    }
    var answers = new ArrayList<Answer>();
    for (JsonNode column : body.path("user_column_data")) {
      String name = text(column.path("column_id"));
      add(
          answers,
          name.isEmpty() ? text(column.path("column_name")) : name,
          column.path("string_value"));
    }
    return Optional.of(
        new LeadPost(
            id,
            orNull(text(body.path("form_id"))),
            orNull(text(body.path("campaign_id"))),
            answers,
            body.path("is_test").asBoolean(false)));
  }

  /**
   * One lead of several in a post.
   *
   * @param value what the post says of it, and of nobody else
   */
  record Change(LeadPost lead, JsonNode value) {}

  /** All leads of a page's post; one that carries no {@code field_data} is to be fetched. */
  static List<Change> facebook(JsonNode body) {
    var posts = new ArrayList<Change>();
    for (JsonNode entry : body.path("entry")) {
      for (JsonNode change : entry.path("changes")) {
        JsonNode value = change.path("value");
        String id = text(value.path("leadgen_id"));
        if ("leadgen".equals(text(change.path("field")))
            && !id.isEmpty()
            && id.length() <= LONGEST_ID) {
          posts.add(
              new Change(
                  new LeadPost(
                      id,
                      orNull(text(value.path("form_id"))),
                      orNull(campaign(value)),
                      value.path("field_data").isArray() ? fieldData(value) : null,
                      false),
                  value));
        }
      }
    }
    return posts;
  }

  /** The answers in a lead as the Graph API gives it. */
  static List<Answer> fieldData(JsonNode lead) {
    var answers = new ArrayList<Answer>();
    for (JsonNode field : lead.path("field_data")) {
      add(answers, text(field.path("name")), field.path("values"));
    }
    return answers;
  }

  static String campaign(JsonNode lead) {
    String campaign = text(lead.path("campaign_id"));
    return campaign.isEmpty() ? text(lead.path("ad_id")) : campaign;
  }

  private static void add(List<Answer> answers, String name, JsonNode value) {
    if (name.isEmpty()) {
      return;
    }
    if (value.isArray()) {
      var several = new ArrayList<String>();
      value.forEach(each -> several.add(text(each)));
      several.removeIf(String::isEmpty);
      if (!several.isEmpty()) {
        answers.add(new Answer(name, String.join(", ", several)));
      }
    } else if (!text(value).isEmpty()) {
      answers.add(new Answer(name, text(value)));
    }
  }

  static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  static String text(JsonNode node) {
    return node.isString() || node.isNumber() || node.isBoolean()
        ? StoredJson.plain(node.asString()).strip()
        : "";
  }
}
