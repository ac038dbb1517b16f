package com.omnify.sandbox.openai;

import com.omnify.sandbox.fault.SideFaults;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's chat completions and responses under {@code /openai/v1}, answered by a small responder
 * that follows the JSON schema of the request and always gives the same answer to the same
 * question, or, if it is told to, by an enemy.
 */
public final class OpenAiApi {

  private static final String PREFIX = "/openai/v1/";

  /** Who answers. */
  public enum Mode {
    HELPFUL,
    /** Attacks with every answer, see {@link Attack}. */
    HOSTILE
  }

  /**
   * How it behaves.
   *
   * @param attack the one attack of a hostile model; null: one after another
   * @param key the one key it takes; null: any
   * @param faults trouble that comes before any answer
   */
  public record Settings(
      Mode mode, @Nullable Attack attack, @Nullable String key, SideFaults.Switches faults) {

    public static final Settings DEFAULT =
        new Settings(Mode.HELPFUL, null, null, SideFaults.Switches.NONE);

    public Settings {
      mode = mode == null ? Mode.HELPFUL : mode;
      faults = faults == null ? SideFaults.Switches.NONE : faults;
    }
  }

  private record Refused(
      int status, String message, String type, @Nullable String param, @Nullable String code) {
    Reply reply() {
      var error = new LinkedHashMap<String, @Nullable Object>();
      error.put("message", message);
      error.put("type", type);
      error.put("param", param);
      error.put("code", code);
      var body = Json.reply(status, Map.of("error", error));
      return status == 429
          ? new Reply(status, body.contentType(), Map.of("retry-after", "1"), body.body())
          : body;
    }

    static Refused invalid(String message, @Nullable String param, @Nullable String code) {
      return new Refused(400, message, "invalid_request_error", param, code);
    }

    static Refused missing(String param) {
      return invalid(
          "Missing required parameter: '" + param + "'.", param, "missing_required_parameter");
    }
  }

  /**
   * What is asked, whichever way it is asked.
   *
   * @param schema of the answer; null for plain words
   * @param anyJson whether any JSON object will do
   */
  private record Question(
      String model, String prompt, String all, @Nullable JsonNode schema, boolean anyJson) {}

  private record Said(String text, @Nullable String refusal, boolean cutOff) {}

  private final Clock clock;
  private final SideFaults faults;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong attacks = new AtomicLong();
  private final AtomicLong tokensIn = new AtomicLong();
  private final AtomicLong tokensOut = new AtomicLong();
  private volatile Settings settings;

  public OpenAiApi(Clock clock, long seed, Settings settings) {
    this.clock = clock;
    this.settings = settings;
    this.faults = new SideFaults(seed, settings.faults());
  }

  /** Whether the path belongs to OpenAI. */
  public static boolean serves(String path) {
    return path.startsWith(PREFIX);
  }

  public Settings settings() {
    return settings;
  }

  public void set(Settings newSettings) {
    settings = newSettings;
    faults.set(newSettings.faults());
  }

  public SideFaults faults() {
    return faults;
  }

  /** What it was asked and what it used up. */
  public Map<String, Long> load() {
    return Map.of(
        "requests", requests.get(),
        "input_tokens", tokensIn.get(),
        "output_tokens", tokensOut.get());
  }

  public Answer handle(Request request) throws InterruptedException {
    requests.incrementAndGet();
    Thread.sleep(faults.latency());
    switch (faults.next()) {
      case NONE -> {}
      case UNAUTHORIZED -> {
        return unauthorized("");
      }
      case TOO_MANY_REQUESTS -> {
        return new Refused(
                429,
                "Rate limit reached for requests. Please try again in 1s.",
                "requests",
                null,
                "rate_limit_exceeded")
            .reply();
      }
      case SERVER_ERROR -> {
        return new Refused(
                500,
                "The server had an error while processing your request. Sorry about that!",
                "server_error",
                null,
                null)
            .reply();
      }
      case UNAVAILABLE -> {
        return new Refused(
                503,
                "The engine is currently overloaded, please try again later.",
                "server_error",
                null,
                null)
            .reply();
      }
      case RESET -> {
        return new Reset();
      }
      case HANG -> Thread.sleep(faults.hang());
    }
    var key =
        request
            .header("authorization")
            .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
            .map(header -> header.substring(7).strip())
            .orElse("");
    var wanted = settings.key();
    if (key.isEmpty() || (wanted != null && !wanted.equals(key))) {
      return unauthorized(key);
    }
    var route = request.method() + " " + request.path().substring(PREFIX.length());
    return switch (route) {
      case "POST chat/completions" -> answered(request, true);
      case "POST responses" -> answered(request, false);
      case "GET models" ->
          Json.reply(
              200,
              Map.of(
                  "object",
                  "list",
                  "data",
                  List.of(
                      Map.of(
                          "id",
                          "sandbox",
                          "object",
                          "model",
                          "created",
                          0,
                          "owned_by",
                          "sandbox"))));
      default ->
          new Refused(
                  404,
                  "Invalid URL (" + request.method() + " " + request.path() + ")",
                  "invalid_request_error",
                  null,
                  null)
              .reply();
    };
  }

  private static Reply unauthorized(String key) {
    return new Refused(
            401,
            key.isEmpty()
                ? "You didn't provide an API key. You need to provide your API key in an"
                    + " Authorization header using Bearer auth (i.e. Authorization: Bearer"
                    + " YOUR_KEY)."
                : "Incorrect API key provided: "
                    + key.substring(0, Math.min(4, key.length()))
                    + "****.",
            "invalid_request_error",
            null,
            key.isEmpty() ? null : "invalid_api_key")
        .reply();
  }

  private Reply answered(Request request, boolean chat) {
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(request.body());
    } catch (JacksonException e) {
      return Refused.invalid("We could not parse the JSON body of your request.", null, null)
          .reply();
    }
    var fault = fault(body, chat);
    if (fault.isPresent()) {
      return fault.get().reply();
    }
    var question = chat ? chatQuestion(body) : responsesQuestion(body);
    var said = say(question);
    int in = tokens(question.all());
    int out = tokens(said.text());
    tokensIn.addAndGet(in);
    tokensOut.addAndGet(out);
    return Json.reply(
        200, chat ? completion(question, said, in, out) : response(body, question, said, in, out));
  }

  // ---- the question

  private static Optional<Refused> fault(JsonNode body, boolean chat) {
    if (!body.path("model").isString()) {
      return Optional.of(Refused.missing("model"));
    }
    if (body.path("stream").asBoolean(false)) {
      return Optional.of(
          Refused.invalid("The sandbox does not stream.", "stream", "unsupported_value"));
    }
    var asked = body.path(chat ? "messages" : "input");
    if (asked.isMissingNode() || asked.isNull()) {
      return Optional.of(Refused.missing(chat ? "messages" : "input"));
    }
    if (chat && (!asked.isArray() || asked.isEmpty())) {
      return Optional.of(
          Refused.invalid("Invalid 'messages': empty array.", "messages", "empty_array"));
    }
    if (chat) {
      for (var message : asked) {
        if (!message.path("role").isString()) {
          return Optional.of(Refused.missing("messages[0].role"));
        }
      }
    }
    var format = chat ? body.path("response_format") : body.path("text").path("format");
    if (format.path("type").asString("").equals("json_schema")) {
      var described = chat ? format.path("json_schema") : format;
      var at = chat ? "response_format.json_schema" : "text.format";
      if (!described.path("name").asString("").matches("[a-zA-Z0-9_-]{1,64}")) {
        return Optional.of(Refused.missing(at + ".name"));
      }
      if (!described.path("schema").isObject()) {
        return Optional.of(Refused.missing(at + ".schema"));
      }
      if (described.path("strict").asBoolean(false)) {
        return StrictSchema.fault(described.path("schema"))
            .map(
                words ->
                    Refused.invalid(
                        "Invalid schema for response_format '%s': %s"
                            .formatted(described.path("name").asString(), words),
                        chat ? "response_format" : "text.format.schema",
                        "invalid_json_schema"));
      }
    }
    return Optional.empty();
  }

  private static Question chatQuestion(JsonNode body) {
    var all = new StringBuilder();
    var last = "";
    for (var message : body.path("messages")) {
      var words = words(message.path("content"));
      all.append(words).append('\n');
      if (message.path("role").asString("").equals("user")) {
        last = words;
      }
    }
    var format = body.path("response_format");
    return question(body, last, all.toString(), format, format.path("json_schema").path("schema"));
  }

  private static Question responsesQuestion(JsonNode body) {
    var all = new StringBuilder(body.path("instructions").asString("")).append('\n');
    var last = "";
    if (body.path("input").isString()) {
      last = body.path("input").asString();
      all.append(last);
    } else {
      for (var item : body.path("input")) {
        var words = words(item.path("content"));
        all.append(words).append('\n');
        if (item.path("role").asString("").equals("user")) {
          last = words;
        }
      }
    }
    var format = body.path("text").path("format");
    return question(body, last, all.toString(), format, format.path("schema"));
  }

  private static Question question(
      JsonNode body, String prompt, String all, JsonNode format, JsonNode schema) {
    return new Question(
        body.path("model").asString(),
        prompt.isEmpty() ? all : prompt,
        all,
        schema.isObject() ? schema : null,
        format.path("type").asString("").equals("json_object"));
  }

  /** The text of a content that is a text, or a list of parts. */
  private static String words(JsonNode content) {
    if (content.isString()) {
      return content.asString();
    }
    var text = new StringBuilder();
    for (var part : content) {
      text.append(part.path("text").asString("")).append(' ');
    }
    return text.toString().strip();
  }

  // ---- the answer

  private Said say(Question question) {
    var schema = question.schema();
    boolean structured = schema != null || question.anyJson();
    JsonNode good;
    if (schema != null) {
      good = SchemaFiller.fill(schema, question.prompt());
    } else if (question.anyJson()) {
      good = Json.MAPPER.createObjectNode().put("answer", Reading.of(question.prompt()).gist(200));
    } else {
      good = Json.MAPPER.getNodeFactory().stringNode(Reading.of(question.prompt()).gist(400));
    }
    if (settings.mode() == Mode.HOSTILE) {
      var chosen = settings.attack();
      var attack =
          chosen != null
              ? chosen
              : Attack.values()[(int) (attacks.getAndIncrement() % Attack.values().length)];
      return new Said(
          attack.on(good, structured),
          attack == Attack.REFUSAL ? "I'm sorry, I can't help with that." : null,
          attack == Attack.TRUNCATED);
    }
    return new Said(structured ? good.toString() : good.asString(), null, false);
  }

  /** About four characters a token; exactness is nobody's concern here. */
  private static int tokens(String text) {
    return Math.max(1, (text.length() + 3) / 4);
  }

  private ObjectNode completion(Question question, Said said, int in, int out) {
    var json = Json.MAPPER.createObjectNode();
    json.put("id", "chatcmpl-" + id(question));
    json.put("object", "chat.completion");
    json.put("created", clock.instant().getEpochSecond());
    json.put("model", question.model());
    var choice = json.putArray("choices").addObject();
    choice.put("index", 0);
    var message = choice.putObject("message");
    message.put("role", "assistant");
    if (said.refusal() == null) {
      message.put("content", said.text());
    } else {
      message.putNull("content");
    }
    message.put("refusal", said.refusal());
    message.putArray("annotations");
    choice.putNull("logprobs");
    choice.put("finish_reason", said.cutOff() ? "length" : "stop");
    var usage = json.putObject("usage");
    usage.put("prompt_tokens", in);
    usage.put("completion_tokens", out);
    usage.put("total_tokens", in + out);
    usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
    usage
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", 0)
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    json.put("service_tier", "default");
    json.put("system_fingerprint", "fp_sandbox");
    return json;
  }

  private ObjectNode response(JsonNode asked, Question question, Said said, int in, int out) {
    var json = Json.MAPPER.createObjectNode();
    json.put("id", "resp_" + id(question));
    json.put("object", "response");
    json.put("created_at", clock.instant().getEpochSecond());
    json.put("completed_at", clock.instant().getEpochSecond());
    json.put("status", said.cutOff() ? "incomplete" : "completed");
    json.putNull("error");
    if (said.cutOff()) {
      json.putObject("incomplete_details").put("reason", "max_output_tokens");
    } else {
      json.putNull("incomplete_details");
    }
    json.set("instructions", asked.has("instructions") ? asked.path("instructions") : none());
    json.set(
        "max_output_tokens",
        asked.has("max_output_tokens") ? asked.path("max_output_tokens") : none());
    json.put("model", question.model());
    var message = json.putArray("output").addObject();
    message.put("type", "message");
    message.put("id", "msg_" + id(question));
    message.put("status", said.cutOff() ? "incomplete" : "completed");
    message.put("role", "assistant");
    var part = message.putArray("content").addObject();
    if (said.refusal() == null) {
      part.put("type", "output_text");
      part.put("text", said.text());
      part.putArray("annotations");
      part.putArray("logprobs");
    } else {
      part.put("type", "refusal");
      part.put("refusal", said.refusal());
    }
    json.put("parallel_tool_calls", true);
    json.putNull("previous_response_id");
    json.putObject("reasoning").putNull("effort").putNull("summary");
    json.put("store", asked.path("store").asBoolean(true));
    json.put("temperature", asked.path("temperature").asDouble(1));
    json.set(
        "text",
        asked.path("text").isObject()
            ? asked.path("text")
            : Json.MAPPER.readTree("{\"format\": {\"type\": \"text\"}}"));
    json.put("tool_choice", "auto");
    json.putArray("tools");
    json.put("top_p", asked.path("top_p").asDouble(1));
    json.put("truncation", "disabled");
    var usage = json.putObject("usage");
    usage.put("input_tokens", in);
    usage.putObject("input_tokens_details").put("cached_tokens", 0).put("cache_write_tokens", 0);
    usage.put("output_tokens", out);
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    usage.put("total_tokens", in + out);
    json.set(
        "metadata",
        asked.path("metadata").isObject()
            ? asked.path("metadata")
            : Json.MAPPER.createObjectNode());
    return json;
  }

  private static JsonNode none() {
    return Json.MAPPER.getNodeFactory().nullNode();
  }

  private String id(Question question) {
    return "%016x%08x".formatted(question.all().hashCode() * 0x9e3779b97f4a7c15L, requests.get());
  }
}
