package com.omnify.sandbox.vapi;

import com.omnify.sandbox.twilio.E164;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What VAPI's door checks of a new call: types, lengths, ranges, and that nothing stands there that
 * it does not know. Parts of an assistant that nobody simulates (voices, transcribers, plans) are
 * taken as they come.
 */
final class CallRules {

  private static final Set<String> CALL =
      Set.of(
          "assistantVersion",
          "transport",
          "customers",
          "name",
          "schedulePlan",
          "assistantId",
          "assistant",
          "assistantOverrides",
          "squadId",
          "squad",
          "squadOverrides",
          "workflowId",
          "workflow",
          "workflowOverrides",
          "phoneNumberId",
          "phoneNumber",
          "customerId",
          "customer");
  private static final List<String> NOT_SIMULATED =
      List.of(
          "customers", "schedulePlan", "squadId", "squad", "workflowId", "workflow", "customerId");
  private static final Set<String> CUSTOMER =
      Set.of(
          "numberE164CheckEnabled",
          "extension",
          "assistantOverrides",
          "squadOverrides",
          "number",
          "sipUri",
          "name",
          "email",
          "externalId");
  private static final Set<String> ASSISTANT =
      Set.of(
          "transcriber",
          "model",
          "voice",
          "firstMessage",
          "firstMessageInterruptionsEnabled",
          "firstMessageMode",
          "voicemailDetection",
          "clientMessages",
          "serverMessages",
          "maxDurationSeconds",
          "backgroundSound",
          "modelOutputInMessagesEnabled",
          "transportConfigurations",
          "observabilityPlan",
          "credentials",
          "hooks",
          "name",
          "voicemailMessage",
          "endCallMessage",
          "endCallPhrases",
          "compliancePlan",
          "metadata",
          "backgroundSpeechDenoisingPlan",
          "analysisPlan",
          "artifactPlan",
          "startSpeakingPlan",
          "stopSpeakingPlan",
          "monitorPlan",
          "credentialIds",
          "server",
          "keypadInputPlan");
  private static final Set<String> ONLY_IN_OVERRIDES = Set.of("variableValues", "tools:append");
  // secret is the older way to name the X-Vapi-Secret; it is still taken
  private static final Set<String> SERVER =
      Set.of(
          "timeoutSeconds",
          "credentialId",
          "staticIpAddressesEnabled",
          "encryptedPaths",
          "url",
          "headers",
          "backoffPlan",
          "secret");
  private static final Set<String> BACKOFF =
      Set.of("type", "maxRetries", "baseDelaySeconds", "excludedStatusCodes");
  private static final Set<String> MESSAGES =
      Set.of(
          "assistant.started",
          "assistant.speechStarted",
          "conversation-update",
          "end-of-call-report",
          "function-call",
          "hang",
          "language-changed",
          "language-change-detected",
          "model-output",
          "phone-call-control",
          "speech-update",
          "status-update",
          "transcript",
          "transcript[transcriptType=\"final\"]",
          "tool-calls",
          "transfer-destination-request",
          "handoff-destination-request",
          "transfer-update",
          "user-interrupted",
          "voice-input",
          "chat.created",
          "chat.deleted",
          "session.created",
          "session.updated",
          "session.deleted",
          "call.deleted",
          "call.delete.failed",
          "call.artifact.upload");

  private final List<String> wrong = new ArrayList<>();

  private CallRules() {}

  /** What is wrong with the request; empty when VAPI takes it. */
  public static List<String> check(JsonNode request) {
    var rules = new CallRules();
    if (!request.isObject()) {
      return List.of("the body must be a JSON object");
    }
    rules.call(request);
    return List.copyOf(rules.wrong);
  }

  /** What is wrong with the assistant that a server named for a call; empty when it will do. */
  public static List<String> assistant(JsonNode answer) {
    var rules = new CallRules();
    if (answer.has("assistant")) {
      rules.assistant(answer.path("assistant"), "assistant.", Set.of());
    }
    if (answer.has("assistantOverrides")) {
      rules.assistant(answer.path("assistantOverrides"), "assistantOverrides.", ONLY_IN_OVERRIDES);
    }
    return List.copyOf(rules.wrong);
  }

  /** Whom the call goes to, in E.164; empty when it is no phone number. */
  public static Optional<String> number(JsonNode request) {
    return Optional.ofNullable(text(request.path("customer"), "number"))
        .filter(n -> n.startsWith("+"))
        .flatMap(E164::of);
  }

  private void call(JsonNode call) {
    known(call, "", CALL, Set.of());
    for (var name : NOT_SIMULATED) {
      if (call.has(name)) {
        wrong.add(name + " is not simulated by the sandbox");
      }
    }
    length(call, "", "name", 40);
    uuid(call, "assistantId");
    uuid(call, "phoneNumberId");
    if (call.has("assistantId") == call.has("assistant")) {
      wrong.add(
          call.has("assistant")
              ? "Need Only One Of `assistantId` And `assistant`"
              : "Need Either `assistantId`, `assistant`, `squadId`, `squad`, `workflowId`, Or"
                  + " `workflow`");
    }
    if (call.has("phoneNumberId") == call.has("phoneNumber")) {
      wrong.add("Need Either `phoneNumberId` Or `phoneNumber`");
    }
    if (call.has("phoneNumber")) {
      required(call.path("phoneNumber"), "phoneNumber.", "twilioPhoneNumber");
      required(call.path("phoneNumber"), "phoneNumber.", "twilioAccountSid");
    }
    customer(call.path("customer"));
    if (call.has("assistant")) {
      assistant(call.path("assistant"), "assistant.", Set.of());
    }
    if (call.has("assistantOverrides")) {
      assistant(call.path("assistantOverrides"), "assistantOverrides.", ONLY_IN_OVERRIDES);
    }
  }

  private void customer(JsonNode customer) {
    if (!customer.isObject()) {
      wrong.add("Need `customer` For An Outbound Phone Call");
      return;
    }
    known(customer, "customer.", CUSTOMER, Set.of());
    for (var name : List.of("number", "name", "email", "externalId")) {
      length(customer, "customer.", name, 40);
    }
    length(customer, "customer.", "extension", 10);
    var number = text(customer, "number");
    boolean checked = customer.path("numberE164CheckEnabled").asBoolean(true);
    if (number == null || !number.startsWith("+") || (checked && E164.of(number).isEmpty())) {
      wrong.add(
          "customer.number must be a valid phone number in the E.164 format. Hint: it starts with"
              + " + and a country code.");
    }
    if (customer.has("assistantOverrides")) {
      assistant(
          customer.path("assistantOverrides"), "customer.assistantOverrides.", ONLY_IN_OVERRIDES);
    }
  }

  private void assistant(JsonNode assistant, String at, Set<String> more) {
    if (!assistant.isObject()) {
      wrong.add(at.substring(0, at.length() - 1) + " must be an object");
      return;
    }
    known(assistant, at, ASSISTANT, more);
    length(assistant, at, "name", 40);
    length(assistant, at, "firstMessage", Integer.MAX_VALUE);
    length(assistant, at, "voicemailMessage", 1_000);
    length(assistant, at, "endCallMessage", 1_000);
    range(assistant, at, "maxDurationSeconds", 10, 43_200);
    for (var name : List.of("metadata", "variableValues", "artifactPlan", "analysisPlan")) {
      if (assistant.has(name) && !assistant.path(name).isObject()) {
        wrong.add(at + name + " must be an object");
      }
    }
    for (var message : assistant.path("serverMessages")) {
      if (!MESSAGES.contains(message.asString(""))) {
        wrong.add("each value in " + at + "serverMessages must be one of the server messages");
      }
    }
    var detection = assistant.path("voicemailDetection");
    if (!detection.isMissingNode()
        && !detection.asString("").equals("off")
        && text(detection, "provider") == null) {
      wrong.add(at + "voicemailDetection must be \"off\" or have a provider");
    }
    if (assistant.has("model")) {
      model(assistant.path("model"), at + "model.");
    }
    tools(assistant.path("tools:append"), at + "tools:append.");
    if (assistant.has("server")) {
      server(assistant.path("server"), at + "server.");
    }
  }

  private void model(JsonNode model, String at) {
    required(model, at, "provider");
    required(model, at, "model");
    int n = 0;
    for (var message : model.path("messages")) {
      var role = text(message, "role");
      if (role == null
          || !Set.of("assistant", "function", "user", "system", "tool").contains(role)) {
        wrong.add(
            at + "messages." + n + ".role must be one of assistant, function, user, system, tool");
      }
      n++;
    }
    tools(model.path("tools"), at + "tools.");
  }

  private void tools(JsonNode tools, String at) {
    int n = 0;
    for (var tool : tools) {
      required(tool, at + n + ".", "type");
      if ("function".equals(text(tool, "type"))) {
        var name = text(tool.path("function"), "name");
        if (name == null || !name.matches("[a-zA-Z0-9_-]{1,64}")) {
          wrong.add(at + n + ".function.name must match /^[a-zA-Z0-9_-]{1,64}$/");
        }
      }
      if (tool.has("server")) {
        server(tool.path("server"), at + n + ".server.");
      }
      n++;
    }
  }

  private void server(JsonNode server, String at) {
    known(server, at, SERVER, Set.of());
    var url = text(server, "url");
    if (url != null && !isHttp(url)) {
      wrong.add(at + "url must be a URL address");
    }
    range(server, at, "timeoutSeconds", 1, 300);
    if (server.has("headers") && !server.path("headers").isObject()) {
      wrong.add(at + "headers must be an object");
    }
    if (server.has("backoffPlan")) {
      var plan = server.path("backoffPlan");
      var path = at + "backoffPlan.";
      known(plan, path, BACKOFF, Set.of());
      var type = text(plan, "type");
      if (type == null || !Set.of("fixed", "exponential").contains(type)) {
        wrong.add(path + "type must be one of the following values: fixed, exponential");
      }
      for (var name : List.of("maxRetries", "baseDelaySeconds")) {
        if (!plan.has(name)) {
          wrong.add(path + name + " must be a number");
        }
        range(plan, path, name, 0, 10);
      }
    }
  }

  private static boolean isHttp(String url) {
    try {
      var uri = URI.create(url);
      return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void known(JsonNode object, String at, Set<String> names, Set<String> more) {
    for (var name : object.propertyNames()) {
      if (!names.contains(name) && !more.contains(name)) {
        wrong.add(at + "property " + name + " should not exist");
      }
    }
  }

  private void required(JsonNode object, String at, String name) {
    if (text(object, name) == null) {
      wrong.add(at + name + " must be a string");
    }
  }

  private void length(JsonNode object, String at, String name, int max) {
    var value = object.path(name);
    if (value.isMissingNode()) {
      return;
    }
    if (!value.isString()) {
      wrong.add(at + name + " must be a string");
    } else if (value.asString().length() > max) {
      wrong.add(at + name + " must be shorter than or equal to " + max + " characters");
    }
  }

  private void range(JsonNode object, String at, String name, double min, double max) {
    var value = object.path(name);
    if (value.isMissingNode()) {
      return;
    }
    if (!value.isNumber()) {
      wrong.add(at + name + " must be a number");
    } else if (value.asDouble() < min || value.asDouble() > max) {
      wrong.add("%s%s must be between %.0f and %.0f".formatted(at, name, min, max));
    }
  }

  private void uuid(JsonNode call, String name) {
    if (!call.has(name)) {
      return;
    }
    try {
      UUID.fromString(call.path(name).asString(""));
    } catch (IllegalArgumentException _) {
      wrong.add(name + " must be a UUID");
    }
  }

  private static @Nullable String text(JsonNode object, String name) {
    var value = object.path(name);
    return value.isString() ? value.asString() : null;
  }
}
