package com.omnify.channels.voice;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.omnify.channels.compose.policy.CallScript;
import com.omnify.model.CallTools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /call}, as far as we use it.
 *
 * @param name the dispatch, 40 characters at most: what a look through the calls finds it by
 * @param assistantId either this or {@code assistant}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CallRequest(
    String name,
    String phoneNumberId,
    Customer customer,
    @Nullable String assistantId,
    @Nullable Assistant assistant,
    Overrides assistantOverrides) {

  /** Reports that matter to us; VAPI would send each word otherwise. */
  private static final List<String> REPORTS =
      List.of("status-update", "end-of-call-report", "tool-calls", "hang");

  /** VAPI repeats no report by itself; ten tries outlast a quarter of an hour. */
  private static final BackoffPlan PERSISTENT = new BackoffPlan("exponential", 10, 2);

  private static final String MODEL_PROVIDER = "openai";
  private static final String MODEL = "gpt-4o";

  record Customer(String number) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Assistant(
      String firstMessage,
      Model model,
      @Nullable String voicemailMessage,
      VoicemailDetection voicemailDetection) {}

  record Model(String provider, String model, List<Message> messages, List<Tool> tools) {}

  record Message(String role, String content) {}

  record VoicemailDetection(String provider) {}

  /** What holds for the call whoever leads it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Overrides(
      Server server,
      List<String> serverMessages,
      long maxDurationSeconds,
      Map<String, String> metadata,
      AnalysisPlan analysisPlan,
      @Nullable String firstMessage,
      @Nullable String voicemailMessage,
      @JsonProperty("tools:append") @Nullable List<Tool> toolsAppend) {}

  /**
   * Where reports go. The secret travels as a header of each of them.
   *
   * @param headers of every request to it
   */
  record Server(
      String url, int timeoutSeconds, Map<String, String> headers, BackoffPlan backoffPlan) {}

  record BackoffPlan(String type, int maxRetries, int baseDelaySeconds) {}

  record AnalysisPlan(SummaryPlan summaryPlan, StructuredDataPlan structuredDataPlan) {}

  record SummaryPlan(boolean enabled) {}

  record StructuredDataPlan(boolean enabled, Map<String, Object> schema) {}

  /** A tool of the assistant; the call's own server executes what is a function. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tool(String type, @Nullable Function function, @Nullable List<Destination> destinations) {}

  record Function(String name, String description, Map<String, Object> parameters) {}

  record Destination(String type, String number) {}

  static CallRequest of(CallOrder order) {
    CallScript script = order.script();
    List<Tool> tools = tools(script);
    boolean kept = script.assistantId() != null;
    return new CallRequest(
        order.dispatch().toString(),
        order.numberId(),
        new Customer(order.to()),
        script.assistantId(),
        kept ? null : assistant(script, tools),
        new Overrides(
            new Server(
                order.webhook().toString(),
                Math.toIntExact(REPORT_TIMEOUT.toSeconds()),
                Map.of("X-Vapi-Secret", order.account().webhookSecret()),
                PERSISTENT),
            REPORTS,
            Duration.ofMinutes(script.maxMinutes()).toSeconds(),
            Map.of(
                "client_id", order.client().toString(), "dispatch_id", order.dispatch().toString()),
            ANALYSIS,
            kept && !script.firstMessage().isEmpty() ? script.firstMessage() : null,
            kept ? script.voicemailMessage() : null,
            kept ? tools : null));
  }

  private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(20);

  private static Assistant assistant(CallScript script, List<Tool> tools) {
    return new Assistant(
        script.firstMessage(),
        new Model(
            MODEL_PROVIDER,
            MODEL,
            // What was said before would be a message of its own behind this one: data, delimited.
            List.of(new Message("system", Objects.requireNonNull(script.systemPrompt()))),
            tools),
        script.voicemailMessage(),
        new VoicemailDetection("vapi"));
  }

  private static List<Tool> tools(CallScript script) {
    var tools = new ArrayList<Tool>();
    tools.add(new Tool("function", BOOKING, null));
    if (script.transferNumber() != null) {
      tools.add(
          new Tool(
              "transferCall", null, List.of(new Destination("number", script.transferNumber()))));
    }
    return tools;
  }

  private static final Function BOOKING =
      new Function(
          CallTools.BOOK,
          "Note that the person has agreed to an appointment, once they have said when.",
          object(
              Map.of(
                  CallTools.BOOK_TIME,
                  text("When, in ISO 8601 where the day is certain, else in the person's words"),
                  CallTools.BOOK_NOTES,
                  text("What is to be done, in the person's words")),
              List.of(CallTools.BOOK_TIME)));

  private static final AnalysisPlan ANALYSIS =
      new AnalysisPlan(
          new SummaryPlan(true),
          new StructuredDataPlan(
              true,
              object(
                  Map.of(
                      CallTools.DATA_BOOKED,
                      flag("Whether the person agreed to an appointment"),
                      CallTools.DATA_OPTED_OUT,
                      flag("Whether the person asked not to be called or written to any more")),
                  List.of(CallTools.DATA_BOOKED, CallTools.DATA_OPTED_OUT))));

  private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
    return Map.of("type", "object", "properties", properties, "required", required);
  }

  private static Map<String, Object> text(String description) {
    return Map.of("type", "string", "description", description);
  }

  private static Map<String, Object> flag(String description) {
    return Map.of("type", "boolean", "description", description);
  }
}
