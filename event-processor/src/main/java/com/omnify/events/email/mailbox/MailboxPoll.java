package com.omnify.events.email.mailbox;

import com.omnify.events.email.door.InboundMails;
import com.omnify.events.email.provider.InboundPosts;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.time.RealClock;
import com.omnify.model.id.ClientId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Looks into every mailbox twice a minute; one that fails is left alone for a while. Each has a
 * thread of its own, so that a server which takes its time keeps nobody else's requests to be left
 * alone waiting.
 */
@Configuration(proxyBeanMethods = false)
class MailboxPoll {

  private static final Logger LOG = LoggerFactory.getLogger(MailboxPoll.class);

  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

  /** How often it is looked for mailboxes that are due. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** Mailboxes that are read at once; each has a mail of 2 MiB in memory at most. */
  private static final int AT_ONCE = 32;

  /** And of one client, so that its slow servers take nobody else's turn. */
  private static final int OF_ONE_CLIENT = 4;

  private final Mailboxes mailboxes;
  private final ImapReader reader;
  private final InboundMails mails;
  private final RealClock clock;
  private final MeterRegistry metrics;
  private final Loop loop;

  /** Those that are being read, each with its client. */
  private final Map<UUID, ClientId> underWay = new ConcurrentHashMap<>();

  private final Map<UUID, Instant> notBefore = new ConcurrentHashMap<>();

  /** Of the loop's own thread alone. */
  private List<Mailbox> known = List.of();

  private Instant knownSince = Instant.MIN;
  private volatile boolean someWait;

  MailboxPoll(
      Mailboxes mailboxes,
      ImapReader reader,
      InboundMails mails,
      RealClock clock,
      MeterRegistry metrics) {
    this.mailboxes = mailboxes;
    this.reader = reader;
    this.mails = mails;
    this.clock = clock;
    this.metrics = metrics;
    this.loop = Loop.named("mailbox-poll").every(LOOK_EVERY).running(this::round);
    Gauge.builder("omnify.mailboxes.under_way", underWay, Map::size)
        .description("Mailboxes that are being read")
        .register(metrics);
  }

  @Bean
  Loop mailboxPollLoop() {
    return loop;
  }

  /** Begins with those that are due, longest first; waits for none. */
  private boolean round() {
    Instant now = clock.now();
    if (!now.isBefore(knownSince.plus(LOOK_EVERY))) {
      known = mailboxes.all();
      knownSince = now;
      notBefore.values().removeIf(until -> until.plus(AFTER_FAILURE).isBefore(now));
    }
    List<Mailbox> due =
        known.stream()
            .filter(mailbox -> !underWay.containsKey(mailbox.account()))
            .filter(mailbox -> !since(mailbox).isAfter(now))
            .sorted(Comparator.comparing(this::since))
            .toList();
    boolean all = true;
    for (Mailbox mailbox : due) {
      if (underWay.size() >= AT_ONCE) {
        all = false;
        break;
      }
      if (underWay.values().stream().filter(mailbox.client()::equals).count() >= OF_ONE_CLIENT) {
        all = false;
        continue;
      }
      underWay.put(mailbox.account(), mailbox.client());
      Thread.ofVirtual().name("mailbox").start(() -> read(mailbox));
    }
    someWait = !all;
    return false;
  }

  private Instant since(Mailbox mailbox) {
    return notBefore.getOrDefault(mailbox.account(), Instant.MIN);
  }

  private void read(Mailbox mailbox) {
    Instant next = clock.now().plus(EVERY);
    try {
      if (reader.read(mailbox, mail -> take(mailbox, mail), loop::isRunning)) {
        next = clock.now();
      }
    } catch (MessagingException | IOException e) {
      next = clock.now().plus(AFTER_FAILURE);
      count("failed");
      LOG.warn("The {} cannot be read: {}", mailbox, e.toString());
    } catch (RuntimeException e) {
      // Ours, such as a database that is away: the mails are unread still.
      LOG.warn("The {} cannot be read now", mailbox, e);
    } finally {
      boolean more = someWait || !next.isAfter(clock.now());
      notBefore.put(mailbox.account(), next);
      underWay.remove(mailbox.account());
      if (more) {
        loop.wake();
      }
    }
  }

  private boolean take(Mailbox mailbox, byte[] mail) {
    try {
      mails.hear(mailbox.client(), InboundPosts.mailbox(mail));
      count("taken");
      return true;
    } catch (RuntimeException e) {
      if (SqlStates.unavailable(e) || SqlStates.worthRepeating(e)) {
        throw e;
      }
      count("flagged");
      LOG.error("A mail in the {} cannot be taken; it is flagged there", mailbox, e);
      return false;
    }
  }

  private void count(String result) {
    metrics.counter("omnify.mailboxes", "result", result).increment();
  }
}
