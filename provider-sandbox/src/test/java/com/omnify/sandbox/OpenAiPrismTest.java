package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.omnify.sandbox.http.Json;
import com.omnify.testkit.NpmTools;
import com.omnify.testkit.Prism;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * What OpenAI's own SDK asks in the forms that are of use here, and what the sandbox answers, go
 * through Prism with OpenAI's own description.
 */
class OpenAiPrismTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String SYSTEM = "You read what people answer to a plumber.";
  private static final String REPLY = "How much is it? \u201cTuesday\u201d would be fine.\n";

  /** An answer in a form of its own. */
  record Analysis(
      Emotion emotion,
      List<Objection> objections,
      boolean optOut,
      @JsonPropertyDescription("Between 0 and 1") double confidence,
      Optional<String> question) {

    enum Emotion {
      ANGRY,
      EXCITED,
      SKEPTICAL,
      NEUTRAL
    }

    record Objection(String type, String quote) {}
  }

  private static final String CHAT =
      """
      {"model": "gpt-4o-mini", "temperature": 0,
       "messages": [{"role": "system", "content": "Read."}, {"role": "user", "content": "Hi"}],
       "response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": true,
         "schema": {"type": "object", "properties": {}, "required": [], "additionalProperties": false}}}}
      """;

  private static final String RESPONSE =
      """
      {"model": "gpt-4o-mini", "instructions": "Read.", "input": "Hi", "temperature": 0,
       "text": {"format": {"type": "json_schema", "name": "a", "strict": true,
         "schema": {"type": "object", "properties": {}, "required": [], "additionalProperties": false}}}}
      """;

  private static final Map<String, Consumer<ObjectNode>> BAD_CHATS = new LinkedHashMap<>();
  private static final Map<String, Consumer<ObjectNode>> BAD_RESPONSES = new LinkedHashMap<>();

  static {
    BAD_CHATS.put("no model", body -> body.remove("model"));
    BAD_CHATS.put("no messages", body -> body.remove("messages"));
    BAD_CHATS.put("messages a word", body -> body.put("messages", "Hi"));
    BAD_CHATS.put("no message", body -> body.putArray("messages"));
    BAD_CHATS.put("a message of nobody", body -> at(body, "/messages/1").remove("role"));
    BAD_CHATS.put("an unknown role", body -> at(body, "/messages/1").put("role", "shouter"));
    BAD_CHATS.put("content a number", body -> at(body, "/messages/1").put("content", 5));
    BAD_CHATS.put("temperature a word", body -> body.put("temperature", "warm"));
    BAD_CHATS.put("temperature beyond its range", body -> body.put("temperature", 3));
    BAD_CHATS.put(
        "an unknown response format", body -> at(body, "/response_format").put("type", "json"));
    BAD_CHATS.put(
        "a schema without a name", body -> at(body, "/response_format/json_schema").remove("name"));

    BAD_RESPONSES.put("model a number", body -> body.put("model", 5));
    BAD_RESPONSES.put("input a number", body -> body.put("input", 5));
    BAD_RESPONSES.put(
        "input of an unknown role",
        body -> body.putArray("input").addObject().put("role", "shouter").put("content", "Hi"));
    BAD_RESPONSES.put("temperature beyond its range", body -> body.put("temperature", 3));
    BAD_RESPONSES.put("an unknown format", body -> at(body, "/text/format").put("type", "json"));
    BAD_RESPONSES.put("a schema without a name", body -> at(body, "/text/format").remove("name"));
    BAD_RESPONSES.put("truncation of an unknown kind", body -> body.put("truncation", "some"));
  }

  private static ObjectNode at(ObjectNode body, String path) {
    return body.at(path).asObject();
  }

  @TempDir Path data;

  @Test
  void openAisOwnDescriptionAcceptsWhatIsAskedAndAnswered() throws Exception {
    var chats = NpmTools.vendorsDescription("openai_chat_f.json");
    var responses = NpmTools.vendorsDescription("openai_resp_f.json");
    assumeTrue(chats.isPresent() && responses.isPresent(), "OpenAI's description is not here");

    try (var sandbox = Sandbox.start(SandboxOptions.in(data))) {
      var upstream = URI.create(sandbox.uri() + "/openai/v1");
      try (var prism = Prism.inFrontOf(upstream, chats.get())) {
        refuses(prism, "/chat/completions", CHAT, BAD_CHATS);
        chats(prism);
        said(prism, "chat completions", 3, BAD_CHATS.size() + 1);
      }
      try (var prism = Prism.inFrontOf(upstream, responses.get())) {
        refuses(prism, "/responses", RESPONSE, BAD_RESPONSES);
        responses(prism);
        said(prism, "responses", 2, BAD_RESPONSES.size() + 1);
      }
    }
  }

  private static void chats(Prism prism) {
    OpenAIClient openai = client(prism);
    try {
      var plain =
          openai
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model("gpt-4o-mini")
                      .addSystemMessage(SYSTEM)
                      .addUserMessage(REPLY)
                      .temperature(0.2)
                      .maxCompletionTokens(400)
                      .build());
      assertThat(plain.choices().getFirst().message().content().orElseThrow()).isNotBlank();
      var conversation =
          openai
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model("gpt-4o-mini")
                      .addDeveloperMessage(SYSTEM)
                      .addUserMessage("Hello")
                      .addAssistantMessage("How can we help?")
                      .addUserMessage(REPLY)
                      .store(false)
                      .build());
      assertThat(conversation.validate()).isNotNull();
      var analysis =
          openai
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model("gpt-4o-mini")
                      .addSystemMessage(SYSTEM)
                      .addUserMessage(REPLY)
                      .responseFormat(Analysis.class)
                      .build());
      Analysis read = analysis.choices().getFirst().message().content().orElseThrow();
      System.out.println("Prism, chat, structured: " + read);
      assertThat(read.optOut()).isFalse();
    } finally {
      openai.close();
    }
  }

  private static void responses(Prism prism) {
    OpenAIClient openai = client(prism);
    try {
      var plain =
          openai
              .responses()
              .create(
                  ResponseCreateParams.builder()
                      .model("gpt-4o-mini")
                      .instructions(SYSTEM)
                      .input(REPLY)
                      .maxOutputTokens(400)
                      .store(false)
                      .build());
      assertThat(plain.validate()).isNotNull();
      var structured =
          openai
              .responses()
              .create(
                  ResponseCreateParams.builder()
                      .model("gpt-4o-mini")
                      .instructions(SYSTEM)
                      .input(REPLY)
                      .text(Analysis.class)
                      .build());
      Analysis read =
          structured
              .output()
              .getFirst()
              .message()
              .orElseThrow()
              .content()
              .getFirst()
              .outputText()
              .orElseThrow();
      System.out.println("Prism, response, structured: " + read);
      assertThat(read.optOut()).isFalse();
    } finally {
      openai.close();
    }
  }

  private static OpenAIClient client(Prism prism) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(prism.uri().toString())
        .apiKey("sk-test")
        .maxRetries(0)
        .build();
  }

  /** First that it takes what is right, then that it sees each fault. */
  private static void refuses(
      Prism prism, String path, String right, Map<String, Consumer<ObjectNode>> faults)
      throws Exception {
    assertThat(post(prism, path, right, "sk-test")).as(prism.log()).isEqualTo(200);
    assertThat(post(prism, path, right, null)).as("without a key").isEqualTo(401);
    for (var fault : faults.entrySet()) {
      var body = Json.MAPPER.readTree(right).asObject();
      fault.getValue().accept(body);
      int status = post(prism, path, body.toString(), "sk-test");
      System.out.println("Prism, " + path + ", " + fault.getKey() + ": " + status);
      assertThat(status).as(fault.getKey()).isEqualTo(422);
    }
  }

  private static int post(Prism prism, String path, String body, String key) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(prism.uri() + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static void said(Prism prism, String what, int asked, int planted) {
    System.out.printf(
        "Prism with OpenAI's description let %d %s of the SDK and their answers through, and refused %d planted requests%n",
        asked, what, planted);
    // It writes down what it did a little later.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(prism.refused())
                    .as("refused, the planted ones among them")
                    .isEqualTo(planted));
  }
}
