package com.omnify.console.routing;

import com.omnify.console.routing.policy.Upstream;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Where the services stand, as {@code http://host:port}. */
@ConfigurationProperties("omnify.url")
public record UpstreamAddresses(
    @DefaultValue("http://127.0.0.1:8081") URI scheduler,
    @DefaultValue("http://127.0.0.1:8082") URI channels,
    @DefaultValue("http://127.0.0.1:8083") URI events,
    @DefaultValue("http://127.0.0.1:8084") URI memory,
    @DefaultValue("http://127.0.0.1:8085") URI healer,
    @DefaultValue("http://127.0.0.1:8086") URI learning) {

  public URI of(Upstream upstream) {
    return switch (upstream) {
      case SCHEDULER -> scheduler;
      case CHANNELS -> channels;
      case EVENTS -> events;
      case MEMORY -> memory;
      case HEALER -> healer;
      case LEARNING -> learning;
    };
  }
}
