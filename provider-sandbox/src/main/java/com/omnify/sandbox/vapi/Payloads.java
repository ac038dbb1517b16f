package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.persona.policy.CallScript.Outcome;
import com.omnify.sandbox.vapi.Call.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What VAPI sends and shows, in its shapes. */
final class Payloads {

  /** How much of a call is shown. */
  enum Detail {
    /** Within a message, which carries the rest beside it. */
    BRIEF,
    /** As a query shows it. */
    WHOLE
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  // US dollars a minute
  private static final double TRANSPORT = 0.014;
  private static final double STT = 0.01;
  private static final double LLM = 0.02;
  private static final double TTS = 0.036;
  private static final double PLATFORM = 0.05;

  private Payloads() {}

  static String time(Instant at) {
    return TIME.format(at);
  }

  // ---- the call

  static ObjectNode call(Call call, Detail detail) {
    var json = Json.MAPPER.createObjectNode();
    json.put("id", call.id);
    json.put("orgId", call.orgId);
    json.put("createdAt", time(call.created));
    json.put("updatedAt", time(call.updated()));
    json.put("type", call.direction.wire);
    json.put("status", call.status());
    json.put("cost", cost(call));
    json.put("phoneCallProvider", "twilio");
    json.put("phoneCallTransport", "pstn");
    json.put("phoneCallProviderId", "CA" + call.id.replace("-", ""));
    if (call.phoneNumberId != null) {
      json.put("phoneNumberId", call.phoneNumberId);
    }
    for (var name : List.of("name", "assistantId", "assistant", "assistantOverrides")) {
      if (call.request().has(name)) {
        json.set(name, call.request().path(name));
      }
    }
    json.set("customer", customer(call));
    if (call.started() != null) {
      json.put("startedAt", time(call.started()));
    }
    if (call.isOver()) {
      json.put("endedAt", time(call.ended() == null ? call.updated() : call.ended()));
      json.put("endedReason", call.endedReason());
    }
    var monitor = json.putObject("monitor");
    monitor.put("listenUrl", "wss://sandbox.invalid/" + call.id + "/listen");
    monitor.put("controlUrl", "https://sandbox.invalid/" + call.id + "/control");
    if (detail == Detail.WHOLE && call.isOver()) {
      json.set("costs", costs(call));
      json.set("costBreakdown", costBreakdown(call));
      json.set("messages", messages(call));
      json.set("artifact", artifact(call));
      json.set("analysis", analysis(call));
    }
    return json;
  }

  private static JsonNode customer(Call call) {
    if (call.request().path("customer").isObject()) {
      return call.request().path("customer");
    }
    return Json.MAPPER.createObjectNode().put("number", call.person);
  }

  private static ObjectNode phoneNumber(Call call) {
    var json = Json.MAPPER.createObjectNode();
    json.put("provider", "vapi");
    if (call.phoneNumberId != null) {
      json.put("id", call.phoneNumberId);
    }
    json.put("orgId", call.orgId);
    json.put("number", call.our);
    return json;
  }

  // ---- messages

  /** A message of a type with what all of them carry. */
  private static ObjectNode message(String type, Call call, Instant at) {
    var message = Json.MAPPER.createObjectNode();
    message.put("timestamp", at.toEpochMilli());
    message.put("type", type);
    message.set("call", call(call, Detail.BRIEF));
    message.set("phoneNumber", phoneNumber(call));
    message.set("customer", customer(call));
    if (!call.assistant().json().isEmpty()) {
      message.set("assistant", known(call.assistant().json()));
    }
    return message;
  }

  /** An assistant without what only overrides may hold. */
  private static JsonNode known(ObjectNode assistant) {
    if (!assistant.has("variableValues")) {
      return assistant;
    }
    var copy = assistant.deepCopy();
    copy.remove("variableValues");
    return copy;
  }

  static JsonNode wrapped(ObjectNode message) {
    return Json.MAPPER.createObjectNode().set("message", message);
  }

  static JsonNode assistantRequest(Call call, Instant at) {
    return wrapped(message("assistant-request", call, at));
  }

  static JsonNode status(Call call, Duration after) {
    var message = message("status-update", call, call.created.plus(after));
    message.put("status", call.status());
    if (call.isOver()) {
      message.put("endedReason", call.endedReason());
      message.put("transcript", transcript(call));
    }
    call.assistant()
        .transferDestination()
        .filter(_ -> call.status().equals("forwarding"))
        .ifPresent(to -> message.set("destination", to));
    message.set("artifact", artifact(call));
    return wrapped(message);
  }

  static JsonNode transcript(Call call, Entry entry) {
    var message = message("transcript", call, call.created.plus(entry.at()).plus(entry.length()));
    message.put("role", entry.role().equals("user") ? "user" : "assistant");
    message.put("transcriptType", "final");
    message.put("transcript", entry.text());
    message.put("isFiltered", false);
    message.putArray("detectedThreats");
    message.put("originalTranscript", entry.text());
    return wrapped(message);
  }

  static JsonNode conversationUpdate(Call call, Duration after) {
    var message = message("conversation-update", call, call.created.plus(after));
    message.set("messages", messages(call));
    message.set("messagesOpenAIFormatted", openAiMessages(call));
    message.set("artifact", artifact(call));
    return wrapped(message);
  }

  static JsonNode hang(Call call, Duration after) {
    return wrapped(message("hang", call, call.created.plus(after)));
  }

  /**
   * A tool call. The arguments are a text in one of VAPI's descriptions and an object named {@code
   * parameters} in the other; a receiver has to read both.
   *
   * @param asParameters the second
   */
  static JsonNode toolCalls(
      Call call,
      Duration after,
      String toolCallId,
      JsonNode tool,
      ObjectNode arguments,
      boolean asParameters) {
    var message = message("tool-calls", call, call.created.plus(after));
    var name = tool.path("function").path("name").asString();
    var toolCall = Json.MAPPER.createObjectNode();
    toolCall.put("id", toolCallId);
    if (asParameters) {
      toolCall.put("name", name);
      toolCall.set("parameters", arguments);
    } else {
      toolCall.put("type", "function");
      var function = toolCall.putObject("function");
      function.put("name", name);
      function.put("arguments", Json.MAPPER.writeValueAsString(arguments));
    }
    message.putArray("toolCallList").add(toolCall);
    var both = Json.MAPPER.createObjectNode();
    if (asParameters) {
      both.put("name", name);
    } else {
      both.put("type", "function");
      both.set("function", tool.path("function"));
    }
    both.set("toolCall", toolCall);
    message.putArray("toolWithToolCallList").add(both);
    message.set("artifact", artifact(call));
    return wrapped(message);
  }

  static JsonNode report(Call call, Duration after) {
    var message = message("end-of-call-report", call, call.created.plus(after));
    message.put("endedReason", call.endedReason());
    if (call.started() != null) {
      message.put("startedAt", time(call.started()));
    }
    message.put("endedAt", time(call.ended() == null ? call.updated() : call.ended()));
    message.put("durationSeconds", call.seconds());
    message.put("durationMs", call.seconds() * 1_000);
    message.put("durationMinutes", round(call.seconds() / 60.0));
    message.put("cost", cost(call));
    message.set("costs", costs(call));
    message.set("costBreakdown", costBreakdown(call));
    message.set("analysis", analysis(call));
    message.set("artifact", artifact(call));
    // the wire repeats these outside of the artifact
    message.put("summary", call.script().summary());
    message.put("transcript", transcript(call));
    message.set("messages", messages(call));
    if (call.started() != null) {
      message.put("recordingUrl", recordingUrl(call));
      message.put("stereoRecordingUrl", recordingUrl(call).replace("-mono", "-stereo"));
    }
    return wrapped(message);
  }

  // ---- what was said

  static String transcript(Call call) {
    var text = new StringBuilder();
    for (var entry : call.entries()) {
      switch (entry.role()) {
        case "bot" -> text.append("AI: ").append(entry.text()).append('\n');
        case "user" -> text.append("User: ").append(entry.text()).append('\n');
        default -> {}
      }
    }
    return text.toString();
  }

  private static ArrayNode messages(Call call) {
    var messages = Json.MAPPER.createArrayNode();
    for (var entry : call.entries()) {
      var at = call.created.plus(entry.at());
      var message = messages.addObject();
      message.put("role", entry.role());
      message.put("message", entry.text());
      message.put("time", at.toEpochMilli());
      message.put(
          "secondsFromStart",
          call.started() == null
              ? 0
              : round(Duration.between(call.started(), at).toMillis() / 1000.0));
      if (entry.length().isPositive()) {
        message.put("endTime", at.plus(entry.length()).toEpochMilli());
        message.put("duration", entry.length().toMillis());
      }
      message.setAll(entry.extra());
    }
    return messages;
  }

  private static ArrayNode openAiMessages(Call call) {
    var messages = Json.MAPPER.createArrayNode();
    for (var prompt : call.assistant().json().path("model").path("messages")) {
      messages
          .addObject()
          .put("role", prompt.path("role").asString("system"))
          .put("content", prompt.path("content").asString(""));
    }
    for (var entry : call.entries()) {
      switch (entry.role()) {
        case "bot" -> messages.addObject().put("role", "assistant").put("content", entry.text());
        case "user" -> messages.addObject().put("role", "user").put("content", entry.text());
        default -> {}
      }
    }
    return messages;
  }

  private static ObjectNode artifact(Call call) {
    var artifact = Json.MAPPER.createObjectNode();
    artifact.set("messages", messages(call));
    artifact.set("messagesOpenAIFormatted", openAiMessages(call));
    artifact.put("transcript", transcript(call));
    if (call.isOver() && call.started() != null) {
      artifact.put("recordingUrl", recordingUrl(call));
      artifact.put("stereoRecordingUrl", recordingUrl(call).replace("-mono", "-stereo"));
      var recording = artifact.putObject("recording");
      recording.put("stereoUrl", recordingUrl(call).replace("-mono", "-stereo"));
      recording.putObject("mono").put("combinedUrl", recordingUrl(call));
    }
    return artifact;
  }

  private static String recordingUrl(Call call) {
    return "https://recordings.sandbox.invalid/" + call.id + "-mono.wav";
  }

  private static ObjectNode analysis(Call call) {
    var script = call.script();
    var analysis = Json.MAPPER.createObjectNode();
    if (script.summary().isEmpty()) {
      return analysis;
    }
    analysis.put("summary", script.summary());
    analysis.put("successEvaluation", Boolean.toString(script.outcome().isSuccess()));
    var plan = call.assistant().json().path("analysisPlan").path("structuredDataPlan");
    var fields = plan.path("schema").path("properties");
    if (fields.isObject()) {
      var data = analysis.putObject("structuredData");
      for (var field : fields.properties()) {
        if (field.getValue().path("type").asString("").equals("boolean")) {
          data.put(
              field.getKey(), holds(field.getKey().toLowerCase(Locale.ROOT), script.outcome()));
        }
      }
    }
    return analysis;
  }

  private static boolean holds(String name, Outcome outcome) {
    if (name.matches(".*(book|appointment).*")) {
      return outcome == Outcome.BOOKED;
    }
    if (name.matches(".*(opt.*out|unsubscri|remove|do_not_call).*")) {
      return outcome == Outcome.WANTS_OUT;
    }
    if (name.matches(".*(human|person|transfer|callback).*")) {
      return outcome == Outcome.WANTS_PERSON;
    }
    return outcome.isSuccess();
  }

  // ---- money

  private static double minutes(Call call) {
    return call.seconds() / 60.0;
  }

  static double cost(Call call) {
    return round(minutes(call) * (TRANSPORT + STT + LLM + TTS + PLATFORM));
  }

  private static ObjectNode costBreakdown(Call call) {
    double minutes = minutes(call);
    var json = Json.MAPPER.createObjectNode();
    json.put("transport", round(minutes * TRANSPORT));
    json.put("stt", round(minutes * STT));
    json.put("llm", round(minutes * LLM));
    json.put("tts", round(minutes * TTS));
    json.put("vapi", round(minutes * PLATFORM));
    json.put("total", cost(call));
    json.put("llmPromptTokens", Math.round(minutes * 2_400));
    json.put("llmCompletionTokens", Math.round(minutes * 90));
    json.put("ttsCharacters", Math.round(minutes * 420));
    return json;
  }

  private static ArrayNode costs(Call call) {
    double minutes = round(minutes(call));
    var costs = Json.MAPPER.createArrayNode();
    costs
        .addObject()
        .put("type", "transport")
        .put("provider", "twilio")
        .put("minutes", minutes)
        .put("cost", round(minutes * TRANSPORT));
    costs
        .addObject()
        .put("type", "vapi")
        .put("subType", "normal")
        .put("minutes", minutes)
        .put("cost", round(minutes * PLATFORM));
    return costs;
  }

  private static double round(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
