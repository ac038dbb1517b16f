package com.omnify.sandbox;

import com.omnify.sandbox.enrich.Enrichers;
import com.omnify.sandbox.fault.SideFaults.Switches;
import com.omnify.sandbox.fault.SideFaults.Trouble;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.openai.Attack;
import com.omnify.sandbox.openai.OpenAiApi;
import com.omnify.sandbox.openai.OpenAiApi.Mode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The services that are only asked: a model and two enrichers.
 *
 * <ul>
 *   <li>{@code GET|PUT /sandbox/openai} {@code {"mode","attack","key","faults"}}, {@code PUT
 *       /sandbox/openai/script} a list of troubles
 *   <li>{@code GET|PUT /sandbox/enrich/{good|poor}} switches, {@code PUT
 *       /sandbox/enrich/{good|poor}/script}, {@code PUT /sandbox/enrich/people} a list of people
 * </ul>
 */
final class AskedSide {

  /** What is remembered of it. */
  record Settings(OpenAiApi.Settings openai, Enrichers.Settings enrichers) {}

  private record OpenAiBody(
      @Nullable Mode mode,
      @Nullable String attack,
      @Nullable String key,
      @Nullable Switches faults) {}

  private final OpenAiApi openai;
  private final Enrichers enrichers;

  AskedSide(Clock clock, long seed, @Nullable Settings remembered) {
    this.openai =
        new OpenAiApi(
            clock, seed, remembered == null ? OpenAiApi.Settings.DEFAULT : remembered.openai());
    this.enrichers =
        new Enrichers(
            seed, remembered == null ? Enrichers.Settings.DEFAULT : remembered.enrichers());
  }

  Settings settings() {
    return new Settings(openai.settings(), enrichers.settings());
  }

  boolean serves(String path) {
    return OpenAiApi.serves(path) || Enrichers.serves(path);
  }

  Answer handle(Request request) throws InterruptedException {
    return OpenAiApi.serves(request.path()) ? openai.handle(request) : enrichers.handle(request);
  }

  void openai(OpenAiApi.Settings settings) {
    openai.set(settings);
  }

  /** Its part of the REST side; empty for what is none of it. */
  Optional<Answer> control(Request request, List<String> parts) {
    if (parts.size() < 2 || !List.of("openai", "enrich").contains(parts.get(1))) {
      return Optional.empty();
    }
    var route = request.method() + " " + String.join("/", parts.subList(1, parts.size()));
    return Optional.ofNullable(
        switch (route) {
          case "GET openai" -> shownOpenAi();
          case "PUT openai" -> {
            setOpenAi(request);
            yield shownOpenAi();
          }
          case "PUT openai/script" -> {
            openai.faults().script(troubles(request));
            yield Json.reply(200, openai.faults().script());
          }
          case "GET enrich" -> Json.reply(200, enrichers.load());
          case "PUT enrich/people" ->
              Json.reply(200, Map.of("described", enrichers.describe(request.body())));
          default -> enricher(request, parts);
        });
  }

  private @Nullable Answer enricher(Request request, List<String> parts) {
    if (parts.size() < 3 || !parts.get(1).equals("enrich")) {
      return null;
    }
    var faults = enrichers.faults(parts.get(2));
    var route = request.method() + (parts.size() > 3 ? " " + parts.get(3) : "");
    return switch (route) {
      case "GET" -> Json.reply(200, faults.switches());
      case "PUT" -> {
        faults.set(Json.read(request.body(), Switches.class));
        yield Json.reply(200, faults.switches());
      }
      case "PUT script" -> {
        faults.script(troubles(request));
        yield Json.reply(200, faults.script());
      }
      default -> null;
    };
  }

  private static List<Trouble> troubles(Request request) {
    return List.of(Json.read(request.body(), Trouble[].class));
  }

  private Answer shownOpenAi() {
    var settings = openai.settings();
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("mode", settings.mode());
    body.put("attack", settings.attack());
    body.put("key", settings.key());
    body.put("faults", settings.faults());
    body.putAll(openai.load());
    return Json.reply(200, body);
  }

  private void setOpenAi(Request request) {
    var body = Json.read(request.body(), OpenAiBody.class);
    openai.set(
        new OpenAiApi.Settings(
            body.mode() == null ? Mode.HELPFUL : body.mode(),
            body.attack() == null ? null : Attack.of(body.attack()),
            body.key(),
            body.faults() == null ? Switches.NONE : body.faults()));
  }
}
