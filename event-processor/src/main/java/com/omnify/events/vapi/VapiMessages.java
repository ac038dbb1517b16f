package com.omnify.events.vapi;

import com.omnify.events.call.policy.CallReport;
import com.omnify.events.call.policy.Turn;
import com.omnify.events.vapi.policy.CallNews;
import com.omnify.events.vapi.policy.CallNews.Why;
import com.omnify.events.vapi.policy.CallRef;
import com.omnify.events.vapi.policy.CallRef.Direction;
import com.omnify.events.vapi.policy.ToolCall;
import com.omnify.model.CallTools;
import com.omnify.model.DeliveryStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads VAPI's server messages, in the shapes of its schema and in those of its documentation,
 * which differ. What is missing, or of another kind, is left out: a message is never refused for
 * it.
 */
final class VapiMessages {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Pattern WEB = Pattern.compile("https?://[^\\s\\p{Cntrl}]{3,1900}");
  private static final Pattern SPOKEN_LINE =
      Pattern.compile("(?m)^\\s*(AI|Bot|Assistant|User|Customer)\\s*:\\s*(.*)$");

  private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\p{Cs}]");

  private static final int MOST_TURNS = 500;
  private static final int LONGEST_TURN = 4_000;
  private static final int LONGEST_TEXT = 4_000;
  private static final int LONGEST_WORD = 200;
  private static final int MOST_TOOLS = 20;
  private static final int MOST_ARGUMENTS = 50;
  private static final double MICROS = 1_000_000;

  /** A number of our own that no call comes near: a day, and a thousand dollars. */
  private static final long MOST_SECONDS = 86_400;

  private static final double MOST_COST = 1_000;

  private VapiMessages() {}

  /** Empty where it is no server message: no JSON, or nothing under {@code message} with a type. */
  static Optional<CallNews> read(byte[] body) {
    JsonNode message;
    try {
      message = MAPPER.readTree(body).path("message");
    } catch (JacksonException e) {
      return Optional.empty();
    }
    String type = text(message.path("type"));
    return type == null ? Optional.empty() : Optional.of(news(type, message));
  }

  private static CallNews news(String type, JsonNode message) {
    CallRef call = call(message);
    return switch (type) {
      case "status-update" -> status(call, message);
      case "end-of-call-report" -> new CallNews.Reported(call, report(message));
      case "transcript", "transcript[transcriptType=\"final\"]" -> transcript(call, message);
      case "hang" -> new CallNews.Hung(call);
      // the second is what tools were called by before they were tools
      case "tool-calls", "function-call" -> new CallNews.ToolsWanted(call, tools(message));
      case "assistant-request" -> new CallNews.AssistantWanted(call);
      default -> nothing(call, type, Why.NOT_USED, message);
    };
  }

  private static CallNews nothing(CallRef call, String type, Why why, JsonNode message) {
    var fields = new ArrayList<String>();
    message.properties().forEach(field -> fields.add(clean(field.getKey(), LONGEST_WORD)));
    return new CallNews.NothingToDo(call, type, why, fields);
  }

  private static CallNews status(CallRef call, JsonNode message) {
    String told = text(message.path("status"));
    String word = told == null ? "" : told;
    return switch (word) {
      case "scheduled", "queued" -> new CallNews.Progressed(call, word, DeliveryStatus.QUEUED);
      case "ringing", "in-progress", "forwarding" ->
          new CallNews.Progressed(call, word, DeliveryStatus.SENT);
      case "ended" ->
          new CallNews.Ended(
              call,
              bounded(
                  first(message.path("endedReason"), message.path("call").path("endedReason"))));
      default -> nothing(call, "status-update", Why.NO_STEP_OF_A_CALL, message);
    };
  }

  /** Of the person's words the finished turns; the assistant's are ours. */
  private static CallNews transcript(CallRef call, JsonNode message) {
    // what the model is given may be filtered; what was said is not
    String words = first(message.path("originalTranscript"), message.path("transcript"));
    boolean finished = !"partial".equals(text(message.path("transcriptType")));
    return finished && words != null && isPerson(text(message.path("role")))
        ? new CallNews.Spoke(call, clean(words, LONGEST_TURN))
        : nothing(call, "transcript", Why.SAID_AGAIN_LATER, message);
  }

  // ---- the call

  private static CallRef call(JsonNode message) {
    JsonNode call = message.path("call");
    JsonNode number =
        message.path("phoneNumber").isObject()
            ? message.path("phoneNumber")
            : call.path("phoneNumber");
    return new CallRef(
        word(call.path("id")),
        switch (String.valueOf(text(call.path("type")))) {
          case "outboundPhoneCall" -> Direction.OUTBOUND;
          case "inboundPhoneCall" -> Direction.INBOUND;
          default -> Direction.OTHER;
        },
        first(call.path("customer").path("number"), message.path("customer").path("number")),
        bounded(first(number.path("number"), call.path("phoneNumber").path("number"))),
        bounded(first(call.path("phoneNumberId"), number.path("id"))),
        word(call.path("phoneCallProviderId")),
        dispatch(call, message.path("assistant")));
  }

  private static @Nullable UUID dispatch(JsonNode call, JsonNode assistant) {
    for (JsonNode named :
        List.of(
            call.path("name"),
            call.path("metadata").path("dispatch_id"),
            call.path("assistantOverrides").path("metadata").path("dispatch_id"),
            call.path("assistant").path("metadata").path("dispatch_id"),
            assistant.path("metadata").path("dispatch_id"))) {
      String text = text(named);
      if (text != null && text.length() == 36) {
        try {
          return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
          // a name that somebody else gave it
        }
      }
    }
    return null;
  }

  // ---- the report

  private static CallReport report(JsonNode message) {
    JsonNode call = message.path("call");
    String reason = bounded(first(message.path("endedReason"), call.path("endedReason")));
    String summary =
        first(
            message.path("analysis").path("summary"),
            call.path("analysis").path("summary"),
            message.path("summary"));
    return new CallReport(
        reason == null ? "unknown" : reason,
        seconds(message, call),
        cost(message.path("cost").isNumber() ? message.path("cost") : call.path("cost")),
        recording(message),
        summary == null ? null : clean(summary, LONGEST_TEXT),
        turns(message),
        found(message, CallTools.DATA_BOOKED),
        found(message, CallTools.DATA_OPTED_OUT));
  }

  /** What the analysis that a call was ordered with says of it. */
  private static boolean found(JsonNode message, String name) {
    return "true".equals(text(message.path("analysis").path("structuredData").path(name)))
        || "true"
            .equals(text(message.path("call").path("analysis").path("structuredData").path(name)));
  }

  private static int seconds(JsonNode message, JsonNode call) {
    double seconds = number(message.path("durationSeconds"));
    if (seconds <= 0) {
      Instant from =
          instant(message.path("startedAt")).or(() -> instant(call.path("startedAt"))).orElse(null);
      Instant to =
          instant(message.path("endedAt")).or(() -> instant(call.path("endedAt"))).orElse(null);
      seconds = from == null || to == null ? 0 : Duration.between(from, to).toMillis() / 1000.0;
    }
    return (int) Math.clamp(Math.round(seconds), 0L, MOST_SECONDS);
  }

  private static long cost(JsonNode node) {
    return Math.round(Math.clamp(number(node), 0, MOST_COST) * MICROS);
  }

  private static @Nullable String recording(JsonNode message) {
    JsonNode artifact = message.path("artifact");
    for (JsonNode at :
        List.of(
            artifact.path("recording").path("mono").path("combinedUrl"),
            artifact.path("recording").path("stereoUrl"),
            artifact.path("recordingUrl"),
            artifact.path("stereoRecordingUrl"),
            artifact.path("recording"),
            message.path("recordingUrl"))) {
      String url = text(at);
      if (url != null && WEB.matcher(url).matches()) {
        return url;
      }
    }
    return null;
  }

  private static List<Turn> turns(JsonNode message) {
    for (JsonNode messages :
        List.of(
            message.path("artifact").path("messages"),
            message.path("messages"),
            message.path("call").path("artifact").path("messages"),
            message.path("call").path("messages"))) {
      List<Turn> turns = turnsOf(messages);
      if (!turns.isEmpty()) {
        return turns;
      }
    }
    return lines(first(message.path("artifact").path("transcript"), message.path("transcript")));
  }

  private static List<Turn> turnsOf(JsonNode messages) {
    var turns = new ArrayList<Turn>();
    for (JsonNode each : messages) {
      String role = text(each.path("role"));
      // as it was said, where what the model was given was filtered
      String words =
          first(each.path("originalMessage"), each.path("message"), each.path("content"));
      if (words == null || turns.size() >= MOST_TURNS) {
        continue;
      }
      JsonNode at = each.path("secondsFromStart");
      Double seconds = at.isNumber() ? at.asDouble() : null;
      if (isPerson(role)) {
        turns.add(new Turn(Turn.Speaker.USER, clean(words, LONGEST_TURN), seconds));
      } else if ("bot".equals(role) || "assistant".equals(role)) {
        turns.add(new Turn(Turn.Speaker.ASSISTANT, clean(words, LONGEST_TURN), seconds));
      }
    }
    return turns;
  }

  /** Where only the text is there: a line each. */
  private static List<Turn> lines(@Nullable String transcript) {
    var turns = new ArrayList<Turn>();
    if (transcript != null) {
      var line = SPOKEN_LINE.matcher(transcript);
      while (line.find() && turns.size() < MOST_TURNS) {
        String who = line.group(1).toLowerCase(Locale.ROOT);
        turns.add(
            new Turn(
                isPerson(who) ? Turn.Speaker.USER : Turn.Speaker.ASSISTANT,
                clean(line.group(2), LONGEST_TURN),
                null));
      }
    }
    return turns;
  }

  private static boolean isPerson(@Nullable String role) {
    return "user".equals(role) || "customer".equals(role);
  }

  // ---- tools

  private static List<ToolCall> tools(JsonNode message) {
    var tools = new LinkedHashMap<String, ToolCall>();
    message.path("toolCallList").forEach(each -> add(tools, each, null));
    message.path("toolCalls").forEach(each -> add(tools, each, null));
    message
        .path("toolWithToolCallList")
        .forEach(
            each ->
                add(
                    tools,
                    each.path("toolCall"),
                    first(each.path("name"), each.path("function").path("name"))));
    if (message.path("functionCall").isObject()) {
      add(tools, message.path("functionCall"), null);
    }
    return List.copyOf(tools.values());
  }

  private static void add(Map<String, ToolCall> tools, JsonNode call, @Nullable String nameBeside) {
    JsonNode function = call.path("function");
    String name = first(call.path("name"), function.path("name"));
    if (name == null) {
      name = nameBeside;
    }
    String id = word(call.path("id"));
    if (name == null || tools.size() >= MOST_TOOLS) {
      return;
    }
    String key = id == null ? name : id;
    var arguments = new LinkedHashMap<String, String>();
    for (JsonNode given :
        List.of(
            call.path("parameters"),
            call.path("arguments"),
            function.path("arguments"),
            function.path("parameters"))) {
      flatten(arguments, object(given));
    }
    tools.putIfAbsent(key, new ToolCall(key, clean(name, LONGEST_WORD), arguments));
  }

  /** Arguments come as an object, or as the text of one. */
  private static JsonNode object(JsonNode given) {
    if (!given.isString()) {
      return given;
    }
    try {
      return MAPPER.readTree(given.asString());
    } catch (JacksonException e) {
      return MAPPER.missingNode();
    }
  }

  private static void flatten(Map<String, String> arguments, JsonNode given) {
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      String value = text(field.getValue());
      if (value != null && arguments.size() < MOST_ARGUMENTS) {
        arguments.putIfAbsent(
            clean(field.getKey(), LONGEST_WORD).toLowerCase(Locale.ROOT),
            clean(value, LONGEST_TEXT));
      }
    }
  }

  // ---- values

  /** The text of a value; null where it is none, or empty. */
  private static @Nullable String text(JsonNode node) {
    if (!node.isString() && !node.isNumber() && !node.isBoolean()) {
      return null;
    }
    String text = storable(node.asString());
    return text.isBlank() ? null : text;
  }

  private static @Nullable String word(JsonNode node) {
    String text = text(node);
    return text == null ? null : clean(text, LONGEST_WORD);
  }

  /** It goes on to topics, rows and logs. */
  private static @Nullable String bounded(@Nullable String text) {
    return text == null ? null : clean(text, LONGEST_WORD).replaceAll("\\p{Cntrl}", " ");
  }

  private static @Nullable String first(JsonNode... nodes) {
    for (JsonNode node : nodes) {
      String text = text(node);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static double number(JsonNode node) {
    double number = node.isNumber() ? node.asDouble() : 0;
    return Double.isFinite(number) ? number : 0;
  }

  private static Optional<Instant> instant(JsonNode node) {
    try {
      String text = text(node);
      return text == null ? Optional.empty() : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String clean(String text, int longest) {
    String kept = text.length() > longest ? text.substring(0, longest) : text;
    return storable(kept).strip();
  }

  /** PostgreSQL stores every character but NUL, and no half of one. */
  private static String storable(String text) {
    return UNSTORABLE.matcher(text).replaceAll("\uFFFD");
  }
}
