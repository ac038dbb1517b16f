package com.omnify.fleet.plant;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A mistake that somebody might make, as changes to compiled classes. Each takes one protection
 * away and whatever stands behind it, because the product keeps more than one.
 */
public enum Plant {
  SDK_RETRIES(
      "sdk-retries",
      "channel-workers",
      "the provider's SDK repeats a POST on 5xx, as it does by default",
      Shows.DUPLICATES,
      List.of(
          new Edit.DropMethods("com/omnify/channels/sms/TwilioTransport", "reliableRequest"),
          new Edit.AlwaysYes("com/omnify/channels/send/Attempt", "begin", "compareAndSet"))),
  NO_FENCE(
      "no-fence",
      "channel-workers",
      "the worker sends whatever it is handed, in whatever state it is",
      Shows.DUPLICATES,
      List.of(
          new Edit.Text(
              "com/omnify/channels/dispatch/ReadyDispatches",
              " AND d.state = 'ready' OFFSET 0",
              " OFFSET 0"),
          new Edit.Text(
              "com/omnify/channels/fence/Fence",
              " AND d.id = w.id AND d.state = 'ready'",
              " AND d.id = w.id"),
          new Edit.Text(
              "com/omnify/channels/fence/Fence",
              "AND (d.enrollment_id IS NULL OR EXISTS (",
              "AND (true OR EXISTS ("),
          Edit.SAY_AGAIN)),
  NO_INBOX(
      "no-inbox",
      "learning-service",
      "events that were heard before are taken in again",
      Shows.MISCOUNTED,
      List.of(new Edit.EverythingIsNew("com/omnify/kit/event/Inbox", "firstTimes"))),
  READY_AFTER_UNKNOWN(
      "ready-after-unknown",
      "channel-workers",
      "what may or may not have been sent is made READY again",
      Shows.DUPLICATES,
      List.of(
          new Edit.Text(
              "com/omnify/channels/result/DispatchStates",
              "SET state = o.state,",
              "SET state = CASE WHEN o.state = 'unknown' THEN 'ready' ELSE o.state END,"),
          new Edit.Text(
              "com/omnify/channels/result/DispatchStates",
              "d.attempt, d.state, d.provider_id",
              "d.attempt, o.state, d.provider_id"),
          Edit.SAY_AGAIN));

  /** As what a bug must be found. */
  public enum Shows {
    DUPLICATES,
    MISCOUNTED
  }

  private final String title;
  private final String member;
  private final String words;
  private final Shows shows;
  private final List<Edit> edits;

  Plant(String title, String member, String words, Shows shows, List<Edit> edits) {
    this.title = title;
    this.member = member;
    this.words = words;
    this.shows = shows;
    this.edits = edits;
  }

  /** The name that people see and type. */
  public String title() {
    return title;
  }

  /** The member of the fleet that it is planted in. */
  public String member() {
    return member;
  }

  public String words() {
    return words;
  }

  /** As what it must be found: anything else may have another cause. */
  public Shows shows() {
    return shows;
  }

  public List<Edit> edits() {
    return edits;
  }

  /** By its title. */
  public static Optional<Plant> named(String title) {
    return Arrays.stream(values()).filter(plant -> plant.title.equals(title)).findFirst();
  }
}
