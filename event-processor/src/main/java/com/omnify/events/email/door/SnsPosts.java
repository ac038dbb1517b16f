package com.omnify.events.email.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.events.email.provider.SnsSignature;
import com.omnify.events.email.provider.SnsSignature.Version;
import com.omnify.kit.time.RealClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Proves posts of Amazon SNS, and confirms the one subscription that a client has asked for. The
 * certificate is fetched from Amazon alone, seldom, and never for a topic that is not awaited.
 */
@Component
class SnsPosts {

  private static final Logger LOG = LoggerFactory.getLogger(SnsPosts.class);

  private static final Duration KEPT = Duration.ofHours(12);
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(10);
  private static final int MOST_KEPT = 100;

  private final AmazonAddresses amazon;
  private final RealClock clock;
  private final Cache<String, byte[]> certificates =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(KEPT).build();
  private final Cache<String, Boolean> failures =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(FAILURE_KEPT).build();

  SnsPosts(AmazonAddresses amazon, RealClock clock) {
    this.amazon = amazon;
    this.clock = clock;
  }

  /**
   * Whether this topic posted it, not longer ago than that.
   *
   * @throws IOException where the certificate cannot be had just now
   */
  boolean proves(EmailAccount account, byte[] body, Duration oldest) throws IOException {
    String topic = account.topic();
    String url = SnsSignature.certificateUrl(body);
    if (topic == null
        || topic.isEmpty()
        || url.isEmpty()
        || !SnsSignature.isOf(body, topic, clock.now(), oldest)) {
      return false;
    }
    Set<Version> accepted =
        account.firstVersion() ? Set.of(Version.FIRST, Version.SECOND) : Set.of(Version.SECOND);
    return SnsSignature.signs(certificate(url), body, topic, accepted, clock.now());
  }

  /** Confirms the subscription where the proven post asks for that; false where it does not. */
  boolean confirm(byte[] body) throws IOException {
    Optional<URI> address = SnsSignature.confirmation(body);
    if (address.isEmpty()) {
      return false;
    }
    amazon.get(address.get());
    LOG.info("An SNS subscription has been confirmed");
    return true;
  }

  private byte[] certificate(String url) throws IOException {
    byte[] known = certificates.getIfPresent(url);
    if (known != null) {
      return known;
    }
    if (failures.getIfPresent(url) != null) {
      throw new IOException("Amazon's certificate could not be fetched a moment ago");
    }
    try {
      byte[] fetched = amazon.get(URI.create(url));
      certificates.put(url, fetched);
      return fetched;
    } catch (IOException e) {
      failures.put(url, true);
      throw e;
    }
  }
}
