package com.omnify.console.docs;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.omnify.console.identity.Doorman;
import com.omnify.console.routing.UpstreamAddresses;
import com.omnify.console.routing.policy.Upstream;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.web.OpenToAnybody;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole API in one document, made from what each service says of itself. */
@RestController
@Hidden
class OpenApiController {

  private static final Logger log = LoggerFactory.getLogger(OpenApiController.class);
  private static final String CONSOLE = "console";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final JsonMapper json = JsonMapper.builder().build();
  private final UpstreamAddresses addresses;
  private final OmnifyProperties omnify;
  private final Doorman doorman;

  /** A service that is away keeps its place with what it last said. */
  private final Map<String, JsonNode> lastSaid = new ConcurrentHashMap<>();

  private final LoadingCache<URI, String> merged =
      Caffeine.newBuilder()
          .maximumSize(1)
          .expireAfterWrite(Duration.ofSeconds(30))
          .build(this::merge);

  OpenApiController(UpstreamAddresses addresses, OmnifyProperties omnify, Doorman doorman) {
    this.addresses = addresses;
    this.omnify = omnify;
    this.doorman = doorman;
  }

  @OpenToAnybody(because = "the API's description holds nothing of anybody")
  @GetMapping(path = "/api/v1/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  String openApi(HttpServletRequest request) {
    String host = request.getLocalAddr();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return merged.get(URI.create("http://" + literal + ":" + request.getLocalPort()));
  }

  private String merge(URI self) {
    var merge = new OpenApiMerge();
    said(CONSOLE, self).ifPresent(api -> merge.with(null, api));
    for (Upstream upstream : Upstream.values()) {
      said(upstream.serviceName(), addresses.of(upstream))
          .ifPresent(api -> merge.with(upstream, api));
    }
    return json.writeValueAsString(merge.document(omnify.publicUrl().toString()));
  }

  private Optional<JsonNode> said(String name, URI base) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(base + "/v3/api-docs"))
              .header("Authorization", "Bearer " + doorman.ownToken())
              .timeout(Duration.ofSeconds(15))
              .build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        lastSaid.put(name, json.readTree(answer.body()));
      } else {
        log.warn("{} answers {} for its API document", name, answer.statusCode());
      }
    } catch (IOException e) {
      log.info("{} cannot be asked for its API document: {}", name, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(lastSaid.get(name));
  }
}
