package com.omnify.events.lead;

import com.omnify.events.lead.GraphApi.Fetched;
import com.omnify.events.lead.Leads.Fetch;
import com.omnify.events.lead.Leads.Source;
import com.omnify.events.lead.policy.LeadContact;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Facebook names a lead and leaves it to us to ask what it says. Nothing is asked within a
 * transaction; a row taken to be asked about is nobody else's for a minute. Each is asked about on
 * a thread of its own, a few of one source and of one client at a time, so a slow one holds up no
 * other.
 */
@Component
class LeadFetching {

  private static final Logger LOG = LoggerFactory.getLogger(LeadFetching.class);

  /** Of one source. */
  static final int PER_SOURCE = 4;

  private static final int PER_CLIENT = 8;
  private static final int AT_ONCE = 32;

  /** 10 s, 20 s, 40 s, … an hour at most: about half a day in all. */
  private static final int MOST_TRIES = 20;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final Transactions transactions;
  private final Leads leads;
  private final LeadSources sources;
  private final LeadBook book;
  private final GraphApi graph;
  private final RealClock clock;
  private final Map<Source, Integer> busy = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile Runnable moreRoom = () -> {};

  LeadFetching(
      Transactions transactions,
      Leads leads,
      LeadSources sources,
      LeadBook book,
      GraphApi graph,
      RealClock clock) {
    this.transactions = transactions;
    this.leads = leads;
    this.sources = sources;
    this.book = book;
    this.graph = graph;
    this.clock = clock;
  }

  /** Who is to be told that there is room again. */
  void wakes(Runnable sleeper) {
    moreRoom = sleeper;
  }

  /** Begins to ask for what is due; true where there may be more. */
  boolean round() {
    int room = AT_ONCE - underWay.get();
    if (room <= 0) {
      return false;
    }
    Map<Source, Integer> busyNow = Map.copyOf(busy);
    List<Fetch> due =
        transactions.inBackground(
            () -> leads.claim(busyNow, PER_SOURCE, PER_CLIENT, room, clock.now()));
    for (Fetch one : due) {
      busy.merge(sourceOf(one), 1, Integer::sum);
      underWay.incrementAndGet();
      Thread.ofVirtual().name("lead-" + one.id()).start(() -> run(one));
    }
    return !due.isEmpty();
  }

  private void run(Fetch one) {
    try {
      fetch(one);
    } catch (RuntimeException e) {
      // its minute runs out, and it is tried again
      LOG.warn("Lead {} was not fetched", one.id(), e);
    } finally {
      busy.computeIfPresent(sourceOf(one), (_, n) -> n == 1 ? null : n - 1);
      underWay.decrementAndGet();
      moreRoom.run();
    }
  }

  private static Source sourceOf(Fetch fetch) {
    return new Source(fetch.client(), fetch.source());
  }

  private void fetch(Fetch fetch) {
    LeadSource source =
        transactions.readInClient(
            fetch.client(), () -> sources.find(fetch.client(), fetch.source()).orElseThrow());
    if (source.accessToken() == null) {
      give(fetch, null, "the source has no access token to fetch it with");
      return;
    }
    String base = source.baseUrl() == null ? GraphApi.BASE : source.baseUrl();
    switch (graph.lead(base, fetch.externalId(), source.accessToken())) {
      case Fetched.Found(JsonNode lead) -> take(fetch, source, lead);
      case Fetched.NotNow(String why) -> give(fetch, next(fetch.tries()), why);
      case Fetched.Never(String why) -> give(fetch, null, why);
    }
  }

  private void take(Fetch fetch, LeadSource source, JsonNode lead) {
    LeadContact contact =
        book.contact(
            source, new LeadPost(fetch.externalId(), null, null, LeadPosts.fieldData(lead), false));
    transactions.inClient(
        fetch.client(),
        () -> {
          if (leads.fetched(
              fetch.client(),
              fetch.id(),
              LeadPosts.orNull(LeadPosts.text(lead.path("form_id"))),
              LeadPosts.orNull(LeadPosts.campaign(lead)),
              StoredJson.of(lead),
              contact)) {
            book.tell(fetch.client(), fetch.id(), contact);
          }
        });
  }

  private @Nullable Instant next(int tries) {
    if (tries >= MOST_TRIES) {
      return null;
    }
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(tries - 1, 10));
    return clock.now().plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  private void give(Fetch fetch, @Nullable Instant next, String why) {
    LOG.warn(
        "Lead {} could not be fetched ({}), {}",
        fetch.id(),
        why,
        next == null ? "giving it up" : "trying again at " + next);
    transactions.inClient(
        fetch.client(), () -> leads.notFetched(fetch.client(), fetch.id(), next, why));
  }
}
