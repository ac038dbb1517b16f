package com.omnify.events.email.mailbox;

import com.omnify.events.email.door.InboundMails;
import com.omnify.events.email.provider.InboundPosts;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.time.RealClock;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Looks into every mailbox twice a minute; one that fails is left alone for a while. */
@Configuration(proxyBeanMethods = false)
class MailboxPoll {

  private static final Logger LOG = LoggerFactory.getLogger(MailboxPoll.class);

  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

  private final Mailboxes mailboxes;
  private final ImapReader reader;
  private final InboundMails mails;
  private final RealClock clock;
  private final MeterRegistry metrics;

  /** Of the loop's own thread alone. */
  private final Map<UUID, Instant> notBefore = new HashMap<>();

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
  }

  @Bean
  Loop mailboxPollLoop() {
    return Loop.named("mailbox-poll").every(EVERY).running(this::round);
  }

  /** True where a mailbox has more than one round takes. */
  private boolean round() {
    List<Mailbox> all = mailboxes.all();
    notBefore.values().removeIf(until -> !until.isAfter(clock.now()));
    boolean more = false;
    for (Mailbox mailbox : all) {
      if (!notBefore.containsKey(mailbox.account())) {
        more |= read(mailbox) == ImapReader.MOST_AT_ONCE;
      }
    }
    return more;
  }

  private int read(Mailbox mailbox) {
    try {
      return reader.read(mailbox, mail -> take(mailbox, mail));
    } catch (MessagingException | IOException e) {
      notBefore.put(mailbox.account(), clock.now().plus(AFTER_FAILURE));
      count("failed");
      LOG.warn("The {} cannot be read: {}", mailbox, e.toString());
      return 0;
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
