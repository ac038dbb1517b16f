package com.omnify.events.vapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.events.call.policy.CallOutcome;
import com.omnify.events.call.policy.Turn;
import com.omnify.events.vapi.policy.CallNews;
import com.omnify.events.vapi.policy.CallNews.Why;
import com.omnify.events.vapi.policy.CallRef.Direction;
import com.omnify.model.CallDisposition;
import com.omnify.model.FailureType;
import com.omnify.testkit.TestJson;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** VAPI's published payloads and what becomes of each, where they lie beside us. */
class VapiSuiteTest {

  /** What each type of message comes to. */
  private static final Map<String, Class<? extends CallNews>> COMES_TO =
      Map.of(
          "end-of-call-report", CallNews.Reported.class,
          "tool-calls", CallNews.ToolsWanted.class,
          "assistant-request", CallNews.AssistantWanted.class,
          "hang", CallNews.Hung.class);

  private static JsonNode data(String name) throws Exception {
    return TestJson.MAPPER.readTree(Files.readString(SharedData.of(name)));
  }

  @Test
  void documentedSamplesComeToWhatTheySay() throws Exception {
    var counts = new TreeMap<String, Integer>();
    for (JsonNode each : data("vapi/docs_events.json")) {
      JsonNode sample = each.path("json");
      byte[] body =
          each.has("raw")
              ? each.path("raw").asString().getBytes(UTF_8)
              : TestJson.MAPPER.writeValueAsBytes(sample);
      JsonNode type = sample.path("message").path("type");
      var news = VapiMessages.read(body);
      if (!type.isString()) {
        // answers, parts and a sketch with comments: none is a message to a server
        assertThat(news).as("%s", sample).isEmpty();
        counts.merge("no server message: refused", 1, Integer::sum);
        continue;
      }
      CallNews read = news.orElseThrow();
      assertThat(read).isInstanceOf(expected(sample.path("message")));
      counts.merge(
          read instanceof CallNews.NothingToDo nothing
              ? "nothing to do: " + nothing.why().words()
              : read.getClass().getSimpleName(),
          1,
          Integer::sum);
      if (read instanceof CallNews.Reported reported) {
        assertThat(reported.report().turns())
            .containsExactly(
                new Turn(Turn.Speaker.ASSISTANT, "How can I help?", null),
                new Turn(Turn.Speaker.USER, "What's the weather?", null));
        assertThat(reported.call().direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(reported.call().customer()).isEqualTo("+15558675310");
      }
      if (read instanceof CallNews.ToolsWanted wanted) {
        assertThat(wanted.tools()).hasSize(1);
        assertThat(wanted.tools().getFirst().arguments())
            .containsEntry("emailaddress", "john@example.com");
      }
    }
    System.out.println("VAPI documentation: " + counts);
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(36);
  }

  private static Class<? extends CallNews> expected(JsonNode message) {
    String type = message.path("type").asString();
    return switch (type) {
      case "status-update" ->
          switch (message.path("status").asString("")) {
            case "ended" -> CallNews.Ended.class;
            case "", "not-found", "deletion-failed" -> CallNews.NothingToDo.class;
            default -> CallNews.Progressed.class;
          };
      case "transcript", "transcript[transcriptType=\"final\"]" ->
          message.path("role").asString("").equals("user")
                  && !message.path("transcriptType").asString("").equals("partial")
              ? CallNews.Spoke.class
              : CallNews.NothingToDo.class;
      default -> COMES_TO.getOrDefault(type, CallNews.NothingToDo.class);
    };
  }

  /** A message of every type and with every value that its schema names, the rest as it must be. */
  @Test
  void everyMessageOfTheSchemaComesToSomething() throws Exception {
    JsonNode schemas = data("openapi/vapi_server_messages.json").path("components").path("schemas");
    var counts = new TreeMap<String, Integer>();
    int messages = 0;
    for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
      JsonNode types = schema.getValue().path("properties").path("type").path("enum");
      if (!schema.getKey().startsWith("ServerMessage") || !types.isArray()) {
        continue;
      }
      for (ObjectNode message : examples(schema.getValue(), types)) {
        message.putObject("call").put("id", "call-1").put("type", "outboundPhoneCall");
        CallNews read =
            VapiMessages.read(TestJson.MAPPER.writeValueAsBytes(Map.of("message", message)))
                .orElseThrow();
        assertThat(read).as("%s", message).isInstanceOf(expected(message));
        assertThat(read.call().id()).isEqualTo("call-1");
        if (read instanceof CallNews.NothingToDo nothing && nothing.why() == Why.NOT_USED) {
          assertThat(COMES_TO).doesNotContainKey(message.path("type").asString());
        }
        counts.merge(read.getClass().getSimpleName(), 1, Integer::sum);
        messages++;
      }
    }
    System.out.println("VAPI schema: " + messages + " messages of every type -> " + counts);
    assertThat(counts)
        .containsKeys(
            "Progressed", "Ended", "Reported", "Spoke", "Hung", "ToolsWanted", "AssistantWanted");
  }

  private static List<ObjectNode> examples(JsonNode schema, JsonNode types) {
    var examples = new ArrayList<ObjectNode>();
    for (JsonNode type : types) {
      ObjectNode plain = TestJson.MAPPER.createObjectNode();
      plain.put("type", type.asString());
      examples.add(plain);
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      JsonNode values = property.getValue().path("enum");
      if (property.getKey().equals("type") || !values.isArray()) {
        continue;
      }
      // one value at a time: what they mean together no schema says
      ObjectNode first = examples.getFirst();
      for (JsonNode value : values) {
        ObjectNode with = first.deepCopy();
        with.set(property.getKey(), value);
        examples.add(with);
      }
    }
    for (ObjectNode example : examples) {
      schema
          .path("required")
          .forEach(name -> example.putIfAbsent(name.asString(), required(name.asString())));
    }
    return examples;
  }

  private static JsonNode required(String name) {
    return switch (name) {
      case "transcript", "text", "input" -> TestJson.MAPPER.valueToTree("Hello");
      case "toolCallList", "messagesOpenAIFormatted", "toolWithToolCallList" ->
          TestJson.MAPPER.createArrayNode();
      default -> TestJson.MAPPER.createObjectNode();
    };
  }

  @Test
  void everyPublishedReasonIsUnderstood() throws Exception {
    JsonNode reasons =
        data("openapi/vapi_server_messages.json")
            .path("components")
            .path("schemas")
            .path("ServerMessageEndOfCallReport")
            .path("properties")
            .path("endedReason")
            .path("enum");
    var dispositions = new EnumMap<CallDisposition, Integer>(CallDisposition.class);
    var failures = new TreeMap<String, Integer>();
    var strange = new ArrayList<String>();
    for (JsonNode each : reasons) {
      String reason = each.asString();
      CallOutcome outcome = CallOutcome.ofVapi(reason, false);
      dispositions.merge(outcome.disposition(), 1, Integer::sum);
      FailureType failure = outcome.failure();
      failures.merge(failure == null ? "none" : failure.wire(), 1, Integer::sum);
      if (!outcome.known()) {
        strange.add(reason);
      }
    }
    System.out.println(
        "VAPI reasons: %d -> %s, failures %s, in no table: %s"
            .formatted(reasons.size(), dispositions, failures, strange));
    assertThat(reasons.size()).isGreaterThan(500);
    assertThat(strange).hasSizeLessThan(reasons.size() / 50);
    assertThat(dispositions).containsKeys(CallDisposition.values());
  }
}
