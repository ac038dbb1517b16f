package com.omnify.kit;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service is told about its place.
 *
 * @param service its short name
 * @param kafka bootstrap servers
 * @param topicPrefix in front of every topic and consumer group; empty outside of tests
 * @param tokenSecret shared with the gateway, at least 32 bytes of UTF-8
 * @param demo fake providers, a clock that may be set
 * @param publicUrl where providers and people reach the gateway
 * @param sandboxUrl where the simulated providers stand; null where there are none
 * @param schemaVersion the database version that this build expects
 * @param listenerThreads consumer threads of each subscription
 */
@ConfigurationProperties("omnify")
public record OmnifyProperties(
    String service,
    String kafka,
    @DefaultValue("") String topicPrefix,
    String tokenSecret,
    @DefaultValue("false") boolean demo,
    URI publicUrl,
    @Nullable URI sandboxUrl,
    String schemaVersion,
    @DefaultValue("1") int listenerThreads) {

  public OmnifyProperties {
    if (!service.matches("[a-z]+")) {
      throw new IllegalArgumentException("omnify.service: '" + service + "' is no short name");
    }
  }
}
