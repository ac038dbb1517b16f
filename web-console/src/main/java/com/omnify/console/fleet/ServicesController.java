package com.omnify.console.fleet;

import com.omnify.console.routing.UpstreamAddresses;
import com.omnify.console.routing.policy.Upstream;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Services", description = "How the services are")
class ServicesController {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final UpstreamAddresses addresses;
  private final OmnifyProperties omnify;

  ServicesController(UpstreamAddresses addresses, OmnifyProperties omnify) {
    this.addresses = addresses;
    this.omnify = omnify;
  }

  /**
   * How a service is.
   *
   * @param detail what is wrong, in words; null where nothing is
   * @param millis how long it took to answer; null where it did not
   */
  record Health(String name, boolean ready, @Nullable String detail, @Nullable Long millis) {}

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping("/api/v1/services")
  @Operation(operationId = "listServices", summary = "Whether each service is ready")
  Page<Health> services() {
    var asked = new ArrayList<CompletableFuture<Health>>();
    for (Upstream upstream : Upstream.values()) {
      asked.add(ask(upstream.serviceName(), addresses.of(upstream), "/actuator/health/readiness"));
    }
    var sandbox = omnify.sandboxUrl();
    if (omnify.demo() && sandbox != null) {
      asked.add(ask("sandbox", sandbox, "/actuator/health"));
    }
    List<Health> found = new ArrayList<>();
    found.add(new Health("console", true, null, 0L));
    asked.forEach(one -> found.add(one.join()));
    return new Page<>(found, null);
  }

  private CompletableFuture<Health> ask(String name, URI base, String path) {
    long begun = System.nanoTime();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE).GET().build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                return new Health(name, false, words(failure), null);
              }
              long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
              boolean ready = answer.statusCode() == 200;
              return new Health(
                  name, ready, ready ? null : "answers " + answer.statusCode(), millis);
            });
  }

  private static String words(Throwable failure) {
    Throwable cause =
        failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case java.net.http.HttpTimeoutException _ -> "does not answer in time";
      case java.net.ConnectException _ -> "is not there";
      case IOException _ -> "broke the connection off";
      default -> "cannot be asked";
    };
  }
}
