package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.sandbox.http.Json;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.ResponseFormatJsonSchema.JsonSchema.Schema;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The model, asked by OpenAI's own SDK, and the enrichers. */
class AskedTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonNode SCHEMA =
      Json.MAPPER.readTree(
          """
          {
            "type": "object",
            "additionalProperties": false,
            "required": ["primary_emotion", "intent", "opt_out", "confidence", "objections", "summary", "question"],
            "properties": {
              "primary_emotion": {"type": "string", "enum": ["angry", "excited", "skeptical", "neutral"]},
              "intent": {"type": "string", "enum": ["book", "ask_question", "opt_out", "not_interested", "other"]},
              "opt_out": {"type": "boolean"},
              "confidence": {"type": "number", "minimum": 0, "maximum": 1},
              "objections": {
                "type": "array",
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["type", "quote"],
                  "properties": {
                    "type": {"type": "string", "enum": ["price", "timing", "trust", "competitor"]},
                    "quote": {"type": "string"}
                  }
                }
              },
              "summary": {"type": "string", "maxLength": 200},
              "question": {"anyOf": [{"type": "string"}, {"type": "null"}]}
            }
          }
          """);

  @TempDir static Path data;
  private static Sandbox sandbox;
  private static OpenAIClient openai;

  @BeforeAll
  static void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.in(data));
    openai = client("sk-test");
  }

  @AfterAll
  static void stop() throws IOException {
    openai.close();
    sandbox.close();
  }

  @AfterEach
  void friendly() throws Exception {
    put("/sandbox/openai", Map.of());
    put("/sandbox/openai/script", List.of());
    put("/sandbox/enrich/poor", Map.of());
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(sandbox.uri() + "/openai/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  // ---- the model

  private static ChatCompletionCreateParams ask(String text) {
    return ChatCompletionCreateParams.builder()
        .model("gpt-4o-mini")
        .addSystemMessage("You read replies.")
        .addUserMessage(text)
        .responseFormat(
            ResponseFormatJsonSchema.builder()
                .jsonSchema(
                    ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("analysis")
                        .strict(true)
                        .schema(schema())
                        .build())
                .build())
        .build();
  }

  private static Schema schema() {
    var schema = Schema.builder();
    Json.MAPPER
        .convertValue(SCHEMA, Map.class)
        .forEach(
            (name, value) -> schema.putAdditionalProperty((String) name, JsonValue.from(value)));
    return schema.build();
  }

  private static JsonNode analysed(String text) {
    var completion = openai.chat().completions().create(ask(text));
    return Json.MAPPER.readTree(completion.choices().getFirst().message().content().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Honestly that's more than I wanted to spend | price   | false",
        "please take me off your list                | -       | true",
        "Not now, maybe in the spring                | timing  | false",
        "ok                                          | -       | false",
      })
  void answerFollowsTheSchemaAndTheText(String text, String objection, boolean optOut) {
    var analysis = analysed(text);

    assertThat(analysis.path("opt_out").asBoolean()).isEqualTo(optOut);
    assertThat(analysis.path("objections").valueStream().map(o -> o.path("type").asString()))
        .isEqualTo(objection.equals("-") ? List.of() : List.of(objection));
    assertThat(analysis.path("confidence").asDouble()).isBetween(0.5, 1.0);
    assertThat(analysis.propertyNames())
        .containsExactlyElementsOf(SCHEMA.path("properties").propertyNames());
    assertThat(analysed(text)).as("the same answer to the same question").isEqualTo(analysis);
  }

  @Test
  void sdkReadsUsageAndReason() {
    var completion = openai.chat().completions().create(ask("How much is it?"));

    assertThat(completion.validate()).isNotNull();
    assertThat(completion.usage().orElseThrow().promptTokens()).isPositive();
    assertThat(completion.usage().orElseThrow().totalTokens())
        .isEqualTo(
            completion.usage().orElseThrow().promptTokens()
                + completion.usage().orElseThrow().completionTokens());
    assertThat(completion.choices().getFirst().finishReason().toString()).isEqualTo("stop");
  }

  @Test
  void sdkReadsAResponse() {
    var response =
        openai
            .responses()
            .create(
                ResponseCreateParams.builder()
                    .model("gpt-4o-mini")
                    .instructions("Be brief.")
                    .input("The roof leaks. Can somebody come today? I am home.")
                    .build());

    assertThat(response.validate()).isNotNull();
    var text =
        response.output().getFirst().message().orElseThrow().content().getFirst().outputText();
    assertThat(text.orElseThrow().text()).startsWith("The roof leaks.");
    assertThat(response.usage().orElseThrow().inputTokens()).isPositive();
  }

  @Test
  void answersHaveTheShapesThatOpenAiDescribes() throws Exception {
    var chat = OpenApi.find("openai_chat_f.json");
    var responses = OpenApi.find("openai_resp_f.json");
    assumeTrue(chat.isPresent() && responses.isPresent(), "OpenAI's description is not here");
    var asked =
        """
        {"model": "m", "%s": %s, "%s": %s}
        """;
    var described = "{\"name\": \"a\", \"schema\": " + SCHEMA + "}";
    var completion =
        post(
            "/openai/v1/chat/completions",
            asked.formatted(
                "messages",
                "[{\"role\": \"user\", \"content\": \"What does it cost?\"}]",
                "response_format",
                "{\"type\": \"json_schema\", \"json_schema\": " + described + "}"));
    var response =
        post(
            "/openai/v1/responses",
            asked.formatted(
                "input",
                "\"What does it cost?\"",
                "text",
                "{\"format\": {\"type\": \"json_schema\", " + described.substring(1) + "}"));

    assertThat(chat.get().faults("CreateChatCompletionResponse", json(completion))).isEmpty();
    assertThat(responses.get().faults("Response", json(response))).isEmpty();
    assertThat(chat.get().faults("CreateChatCompletionResponse", json(response)))
        .as("a checker that finds nothing is blind")
        .isNotEmpty();
    put("/sandbox/openai/script", List.of("429"));
    var error = post("/openai/v1/responses", "{}");
    assertThat(error.statusCode()).isEqualTo(429);
    assertThat(chat.get().faults("ErrorResponse", json(error))).isEmpty();
  }

  @Test
  void troubleIsWhatTheSdkExpects() throws Exception {
    put("/sandbox/openai/script", List.of("401", "429", "500"));

    assertThatThrownBy(() -> analysed("hi")).isInstanceOf(UnauthorizedException.class);
    assertThatThrownBy(() -> analysed("hi")).isInstanceOf(RateLimitException.class);
    assertThatThrownBy(() -> analysed("hi")).isInstanceOf(InternalServerException.class);
    assertThat(analysed("hi")).isNotNull();
  }

  @Test
  void anotherKeyIsRefusedOnceOneIsSet() throws Exception {
    put("/sandbox/openai", Map.of("key", "sk-right"));

    assertThatThrownBy(() -> analysed("hi")).isInstanceOf(UnauthorizedException.class);
    var right = client("sk-right");
    assertThat(right.chat().completions().create(ask("hi")).choices()).hasSize(1);
    right.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}",
        "{\"model\": \"m\", \"messages\": []}",
        "{\"model\": \"m\"}",
        "no json",
        "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}],"
            + " \"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"a\","
            + " \"strict\": true, \"schema\": {\"type\": \"object\", \"properties\": {\"b\":"
            + " {\"type\": \"string\"}}, \"additionalProperties\": false}}}}",
      })
  void badQuestionsAreRefusedInOpenAisShape(String body) throws Exception {
    var answer = post("/openai/v1/chat/completions", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("error").path("type").asString())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void hostileModelAttacksInEveryWay() throws Exception {
    put("/sandbox/openai", Map.of("mode", "hostile"));
    var contents = new HashSet<String>();
    int unreadable = 0;
    for (int i = 0; i < 14; i++) {
      var message =
          openai
              .chat()
              .completions()
              .create(ask("How much is it? I am interested, call me."))
              .choices()
              .getFirst()
              .message();
      var content = message.content().orElse("");
      contents.add(content);
      try {
        Json.MAPPER.readTree(content.isEmpty() ? "{" : content);
      } catch (JacksonException _) {
        unreadable++;
      }
    }
    assertThat(contents).hasSizeGreaterThan(9);
    assertThat(unreadable).as("no JSON, cut off, empty, refused").isEqualTo(4);
    assertThat(contents)
        .anySatisfy(c -> assertThat(c).contains("example.evil"))
        .anySatisfy(c -> assertThat(c).contains("\u200b"))
        .anySatisfy(c -> assertThat(c).contains("definitely_not_a_value"))
        .anySatisfy(c -> assertThat(c).hasSizeGreaterThan(20_000));

    put("/sandbox/openai", Map.of("mode", "hostile", "attack", "all_is_well"));
    assertThat(analysed("stop texting me").path("opt_out").asBoolean()).isFalse();
  }

  // ---- enrichers

  @Test
  void goodEnricherFindsWhatIsTrueAndPoorOneOftenNot() throws Exception {
    put("/sandbox/enrich/poor", Map.of());
    var people =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    Map.of(
                        "first_name", "First" + i,
                        "last_name", "Last" + i,
                        "email", "p" + i + "@there.example",
                        "phone", "+1512555%04d".formatted(i)))
            .toList();
    put("/sandbox/enrich/people", people);

    var good = tried("good");
    var poor = tried("poor");

    assertThat(good.get("right")).isGreaterThan(150);
    assertThat(good.get("wrong")).isLessThan(30);
    assertThat(poor.get("right")).isBetween(40, 100);
    assertThat(poor.get("wrong")).isBetween(15, 60);
    assertThat(tried("good")).as("the same answer to the same question").isEqualTo(good);
  }

  private static Map<String, Integer> tried(String enricher) throws Exception {
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < 200; i++) {
      var answer = post("/enrich/" + enricher, "{\"email\": \"p" + i + "@there.example\"}");
      if (answer.statusCode() == 200) {
        var phone = json(answer).path("person").path("phone").asString();
        if (phone.equals("+1512555%04d".formatted(i))) {
          right++;
        } else {
          wrong++;
        }
      } else {
        assertThat(answer.statusCode()).isEqualTo(404);
      }
    }
    return Map.of("right", right, "wrong", wrong);
  }

  @Test
  void enricherNeedsSomethingToGoByAndAKey() throws Exception {
    assertThat(post("/enrich/good", "{\"first_name\": \"Ada\"}").statusCode()).isEqualTo(400);
    assertThat(post("/enrich/best", "{}").statusCode()).isEqualTo(404);
    assertThat(get("/enrich/good?email=ada@there.example").statusCode()).isEqualTo(401);
    put("/sandbox/enrich/good/script", List.of("503", "429"));
    assertThat(Set.of(statusOfGood(), statusOfGood())).isEqualTo(Set.of(503, 429));
  }

  private static int statusOfGood() throws Exception {
    return post("/enrich/good", "{\"email\": \"ada@there.example\"}").statusCode();
  }

  // ---- HTTP

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(sandbox.uri() + path))
            .header("Authorization", "Bearer sk-test")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(sandbox.uri() + path)).build(), BodyHandlers.ofString());
  }

  private static void put(String path, Object body) throws Exception {
    var response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(sandbox.uri() + path))
                .PUT(BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.MAPPER.readTree(response.body());
  }
}
