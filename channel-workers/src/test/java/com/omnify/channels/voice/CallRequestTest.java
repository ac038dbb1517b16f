package com.omnify.channels.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import com.omnify.channels.compose.policy.CallScript;
import com.omnify.model.CallTools;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What we send to VAPI: by our own word, and by VAPI's description where it is at hand. */
class CallRequestTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String DOCUMENT = "https://vapi.invalid/openapi.json";
  private static final DispatchId DISPATCH = new DispatchId(new UUID(0x12345L << 20, 7));
  private static final ClientId CLIENT = new ClientId(new UUID(1, 2));

  private static final CallScript OWN =
      new CallScript(
          null,
          "Hi Ada, this is Rainier Plumbing's assistant.",
          "You are the assistant of Rainier Plumbing.",
          "Please call us back.",
          "+12065550123",
          12);
  private static final CallScript KEPT =
      new CallScript("8d5a6a8c-8e5c-4b36-9f6d-0d5a4f6a4b10", "", null, null, null, 10);

  static CallOrder order(CallScript script, URI api) {
    return new CallOrder(
        new VapiAccount(
            new ProviderAccountId(new UUID(3, 3)), "private-key", "hook-secret", 10, api),
        "5f2b1a7e-6a53-4f7e-b8b5-1f4c7b2f1a11",
        "+12065550199",
        CLIENT,
        DISPATCH,
        script,
        URI.create("https://omnify.example/webhooks/vapi/c/a?dispatch=" + DISPATCH));
  }

  private static ObjectNode request(CallScript script) {
    return JSON.valueToTree(CallRequest.of(order(script, URI.create("http://127.0.0.1:1"))));
  }

  @Test
  void itNamesItsDispatchThreeTimesOver() {
    for (CallScript script : List.of(OWN, KEPT)) {
      JsonNode request = request(script);
      assertThat(request.path("name").asString())
          .isEqualTo(DISPATCH.toString())
          .hasSizeLessThan(41);
      JsonNode overrides = request.path("assistantOverrides");
      assertThat(overrides.path("metadata").path("dispatch_id").asString())
          .isEqualTo(DISPATCH.toString());
      assertThat(overrides.path("metadata").path("client_id").asString())
          .isEqualTo(CLIENT.toString());
      JsonNode server = overrides.path("server");
      assertThat(server.path("url").asString()).endsWith("?dispatch=" + DISPATCH);
      assertThat(server.path("headers").path("X-Vapi-Secret").asString()).isEqualTo("hook-secret");
      // By itself VAPI would tell each thing once.
      assertThat(server.path("backoffPlan").path("maxRetries").asInt()).isPositive();
    }
  }

  @Test
  void anAssistantOfOurOwnBringsItsWordsAndTools() {
    JsonNode request = request(OWN);
    assertThat(request.has("assistantId")).isFalse();
    JsonNode assistant = request.path("assistant");
    assertThat(assistant.path("firstMessage").asString()).isEqualTo(OWN.firstMessage());
    assertThat(assistant.path("voicemailMessage").asString()).isEqualTo("Please call us back.");
    JsonNode model = assistant.path("model");
    assertThat(model.path("messages").path(0).path("content").asString())
        .isEqualTo(OWN.systemPrompt());
    assertThat(model.path("tools").path(0).path("function").path("name").asString())
        .isEqualTo(CallTools.BOOK);
    assertThat(model.path("tools").path(1).path("destinations").path(0).path("number").asString())
        .isEqualTo("+12065550123");
    JsonNode overrides = request.path("assistantOverrides");
    assertThat(overrides.path("maxDurationSeconds").asInt()).isEqualTo(720);
    assertThat(overrides.has("tools:append")).isFalse();
  }

  @Test
  void oneThatIsKeptThereIsOnlyNamed() {
    JsonNode request = request(KEPT);
    assertThat(request.has("assistant")).isFalse();
    assertThat(request.path("assistantId").asString()).isEqualTo(KEPT.assistantId());
    JsonNode overrides = request.path("assistantOverrides");
    assertThat(overrides.has("firstMessage")).isFalse();
    assertThat(overrides.path("tools:append").path(0).path("function").path("name").asString())
        .isEqualTo(CallTools.BOOK);
  }

  @Test
  void vapisOwnDescriptionAcceptsItAndRefusesWhatIsWrong() throws IOException {
    Path file = description();
    assumeTrue(Files.exists(file), "VAPI's description is not here");
    String text = Files.readString(file);
    Schema call = schema(text, "CreateCallDTO");
    JsonNode known = JSON.readTree(text).at("/components/schemas/CreateCallDTO/properties");
    // First that it sees at all.
    ObjectNode longName = request(OWN);
    longName.put("name", "x".repeat(41));
    assertThat(call.validate(longName)).isNotEmpty();
    ObjectNode badNumber = request(OWN);
    badNumber.putObject("customer").put("number", 5);
    assertThat(call.validate(badNumber)).isNotEmpty();
    for (CallScript script : List.of(OWN, KEPT)) {
      ObjectNode request = request(script);
      assertThat(call.validate(request)).extracting(Error::getMessage).isEmpty();
      // VAPI refuses fields that it does not know; its description does not say so.
      assertThat(request.propertyNames()).allSatisfy(name -> assertThat(known.has(name)).isTrue());
      JsonNode overrides = request.path("assistantOverrides");
      // The kind of backoff is a word; the description takes it for an object.
      ObjectNode server = overrides.path("server").deepCopy().asObject();
      server.remove("backoffPlan");
      assertThat(schema(text, "Server").validate(server)).isEmpty();
      assertThat(
              schema(text, "SummaryPlan")
                  .validate(overrides.path("analysisPlan").path("summaryPlan")))
          .isEmpty();
    }
    JsonNode destination =
        request(OWN).path("assistant").path("model").path("tools").path(1).path("destinations");
    assertThat(schema(text, "TransferDestinationNumber").validate(destination.path(0))).isEmpty();
  }

  private static Schema schema(String document, String name) {
    return SchemaRegistry.withDialect(
            Dialects.getOpenApi30(), builder -> builder.schemas(Map.of(DOCUMENT, document)))
        .getSchema(SchemaLocation.of(DOCUMENT + "#/components/schemas/" + name));
  }

  private static Path description() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("shared/data/openapi/vapi_call_s.json");
      if (Files.exists(file)) {
        return file;
      }
    }
    return Path.of("shared/data/openapi/vapi_call_s.json");
  }
}
