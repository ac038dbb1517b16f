package com.omnify.channels.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.channels.compose.policy.CallScript;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.sandbox.Sandbox;
import com.omnify.sandbox.SandboxOptions;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.NpmTools;
import com.omnify.testkit.Prism;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that we send to VAPI goes through Prism with VAPI's own description, to a sandbox whose
 * answers are held against it too.
 */
class VapiPrismTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PERSON = "+12065550199";

  private static final CallScript PLAIN =
      new CallScript(null, "Hi Ada", "You call for a plumber.", null, null, 10);
  private static final CallScript FULL =
      new CallScript(
          null,
          "Hi Ada, this is Rainier Plumbing's assistant. \u201cTuesday\u201d?",
          "You call for a plumber.\nBe brief.",
          "Please call us back.",
          "+12065550123",
          12);
  private static final CallScript KEPT =
      new CallScript(UUID.randomUUID().toString(), "", null, null, null, 10);
  private static final CallScript KEPT_WITH_WORDS =
      new CallScript(
          UUID.randomUUID().toString(), "Hi Ada", null, "Please call us back.", "+12065550123", 30);

  private static final Map<String, CallScript> FORMS = new LinkedHashMap<>();

  static {
    FORMS.put("our words", PLAIN);
    FORMS.put("our words, voicemail, tools and transfer", FULL);
    FORMS.put("an assistant kept there", KEPT);
    FORMS.put("an assistant kept there with our words, voicemail and transfer", KEPT_WITH_WORDS);
  }

  /** One thing wrong each. */
  private static final Map<String, Consumer<ObjectNode>> BAD = new LinkedHashMap<>();

  /** Wrong further down than the slice describes. */
  private static final Map<String, Consumer<ObjectNode>> BAD_BELOW = new LinkedHashMap<>();

  static {
    BAD.put("name of 41 characters", call -> call.put("name", "x".repeat(41)));
    BAD.put("customer's number a number", call -> customer(call).put("number", 12065550199L));
    BAD.put("assistantId a list", call -> call.putArray("assistantId"));
    BAD.put(
        "schedule without its earliest time", call -> call.putObject("schedulePlan").put("x", 1));
    BAD.put(
        "transport's provider unknown",
        call -> call.putObject("transport").put("provider", "pigeon"));

    BAD_BELOW.put("model without its name", call -> model(call).remove("model"));
    BAD_BELOW.put("model's provider unknown", call -> model(call).put("provider", "nobody"));
    BAD_BELOW.put(
        "message's role unknown",
        call -> model(call).at("/messages/0").asObject().put("role", "shouter"));
    BAD_BELOW.put(
        "tool of an unknown kind", call -> model(call).at("/tools/0").asObject().put("type", "no"));
    BAD_BELOW.put(
        "destination without its kind",
        call -> model(call).at("/tools/1/destinations/0").asObject().remove("type"));
    BAD_BELOW.put(
        "voicemail detection by nobody",
        call -> call.at("/assistant/voicemailDetection").asObject().put("provider", "nobody"));
    BAD_BELOW.put(
        "longest call a word", call -> overrides(call).put("maxDurationSeconds", "ten minutes"));
    BAD_BELOW.put(
        "report of an unknown kind", call -> overrides(call).putArray("serverMessages").add("no"));
    BAD_BELOW.put(
        "more retries than there are",
        call -> overrides(call).at("/server/backoffPlan").asObject().put("maxRetries", 11));
    BAD_BELOW.put(
        "backoff of an unknown kind",
        call -> overrides(call).at("/server/backoffPlan").asObject().put("type", "never"));
  }

  private static ObjectNode customer(ObjectNode call) {
    return call.path("customer").asObject();
  }

  private static ObjectNode model(ObjectNode call) {
    return call.at("/assistant/model").asObject();
  }

  private static ObjectNode overrides(ObjectNode call) {
    return call.path("assistantOverrides").asObject();
  }

  @TempDir Path directory;

  @Test
  void vapisOwnDescriptionAcceptsAllThatWeSend() throws Exception {
    var calls = NpmTools.vendorsDescription("vapi_call_s.json");
    var messages = NpmTools.vendorsDescription("vapi_server_messages.json");
    assumeTrue(calls.isPresent() && messages.isPresent(), "VAPI's description is not here");
    Path deep = directory.resolve("vapi.json");
    VapiDescription.writeDeep(calls.get(), messages.get(), deep);

    try (var sandbox = Sandbox.start(SandboxOptions.in(directory));
        var asItLies = Prism.inFrontOf(URI.create(sandbox.uri() + "/vapi"), calls.get());
        var toItsDepth = Prism.inFrontOf(URI.create(sandbox.uri() + "/vapi"), deep);
        var http = new OneShotHttp(4)) {
      int refused = refusals(asItLies, BAD);
      refused += refusals(toItsDepth, BAD);
      refused += refusals(toItsDepth, BAD_BELOW);
      assertThat(post(asItLies, call(orderAt(asItLies.uri(), PLAIN)), null))
          .as("without a key")
          .isEqualTo(401);
      assertThat(get(toItsDepth, "?limit=many&createdAtGe=2026-11-24T10:00:00Z")).isEqualTo(422);
      assertThat(get(toItsDepth, "?limit=100&createdAtGe=yesterday")).isEqualTo(422);
      // one without a key and two lists besides
      long planted = refused + 3;

      var sender = new VapiCallSender(http);
      int placed = 0;
      var since = Instant.now().minusSeconds(60);
      for (Prism prism : new Prism[] {asItLies, toItsDepth}) {
        for (var form : FORMS.entrySet()) {
          SendResult result = sender.call(orderAt(prism.uri(), form.getValue()), attempt());
          System.out.println("Prism, " + form.getKey() + ": " + result);
          assertThat(result)
              .as("%s\n%s", form.getKey(), prism.log())
              .isInstanceOf(SendResult.Accepted.class);
          placed++;
        }
      }
      VapiAccount account = orderAt(toItsDepth.uri(), PLAIN).account();
      var listed = new VapiCallList(http).since(account, since);
      assertThat(listed)
          .isInstanceOfSatisfying(
              VapiCallList.Answer.Complete.class,
              it -> assertThat(it.calls()).hasSize(FORMS.size() * 2));
      System.out.printf(
          "Prism with VAPI's description let %d calls and the list of them through, and refused %d planted requests%n",
          placed, planted);
      assertThat(refused).isEqualTo(2 * BAD.size() + BAD_BELOW.size());
      // It writes down what it did a little later.
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(asItLies.refused() + toItsDepth.refused())
                      .as("refused, the planted ones among them")
                      .isEqualTo(planted));
    }
  }

  /** Each is refused; with the fault mended it would not be. */
  private static int refusals(Prism prism, Map<String, Consumer<ObjectNode>> faults)
      throws Exception {
    int refused = 0;
    for (var fault : faults.entrySet()) {
      ObjectNode call = call(orderAt(prism.uri(), FULL));
      fault.getValue().accept(call);
      int status = post(prism, call, "private-key");
      System.out.println("Prism, " + fault.getKey() + ": " + status);
      assertThat(status).as(fault.getKey()).isEqualTo(422);
      refused++;
    }
    return refused;
  }

  private static ObjectNode call(CallOrder order) {
    return JSON.valueToTree(CallRequest.of(order));
  }

  private static CallOrder orderAt(URI api, CallScript script) {
    var dispatch = new DispatchId(Fixtures.id());
    return new CallOrder(
        new VapiAccount(
            new ProviderAccountId(Fixtures.id()), "private-key", "hook-secret", 10, api),
        "5f2b1a7e-6a53-4f7e-b8b5-1f4c7b2f1a11",
        PERSON,
        new ClientId(Fixtures.id()),
        dispatch,
        script,
        // Nobody listens there.
        URI.create("http://127.0.0.1:9/webhooks/vapi/c/a?dispatch=" + dispatch));
  }

  private static Attempt attempt() {
    return new Attempt(System.nanoTime() + Duration.ofSeconds(30).toNanos(), () -> {});
  }

  private static int post(Prism prism, ObjectNode call, @Nullable String key) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(prism.uri() + "/call"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(call)));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return status(request.build());
  }

  private static int get(Prism prism, String query) throws Exception {
    return status(
        HttpRequest.newBuilder(URI.create(prism.uri() + "/call" + query))
            .header("Authorization", "Bearer private-key")
            .build());
  }

  private static int status(HttpRequest request) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
