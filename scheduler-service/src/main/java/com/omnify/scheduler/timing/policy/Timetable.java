package com.omnify.scheduler.timing.policy;

import com.omnify.kit.quiet.policy.Law;
import com.omnify.model.Channel;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The clocks and hours that one contact's steps are planned by. */
public record Timetable(
    ContactZones zones, WeeklyHours sendWindow, WeeklyHours businessHours, Law law) {

  private static final DateTimeFormatter NEAR =
      DateTimeFormatter.ofPattern("EEE H:mm", Locale.ENGLISH);
  private static final DateTimeFormatter FAR =
      DateTimeFormatter.ofPattern("EEE d MMM H:mm", Locale.ENGLISH);

  /**
   * When a step will be taken.
   *
   * @param deferral in words, where a window moved it
   */
  public record Planned(Instant at, @Nullable String deferral) {}

  /** Counts the step's delay from {@code from} and then waits for the contact's window. */
  public Planned plan(Step step, Instant from) {
    Instant due = DelayPolicy.due(step.delay(), from, zones.own(), businessHours);
    return within(due, step);
  }

  /** Moves what the step says into the contact's window; what says nothing waits for none. */
  public Planned within(Instant wanted, Step step) {
    Channel channel = step.channel();
    return channel == null ? new Planned(wanted, null) : within(wanted, channel);
  }

  /** Moves a message into the contact's window. */
  public Planned within(Instant wanted, Channel channel) {
    var window = window(channel);
    var open = window.nextOpen(wanted);
    // A window that never opens is for the claim to hold visibly.
    if (open.isEmpty() || open.get().equals(wanted)) {
      return new Planned(wanted, null);
    }
    return new Planned(open.get(), deferredTo(open.get(), wanted, window));
  }

  /** When this contact may be spoken to on that channel. */
  public ContactWindow window(Channel channel) {
    return new ContactWindow(sendWindow, zones, law.on(channel));
  }

  /** {@code Deferred to Mon 9:00 (America/New_York): outside the send window 09:00–18:00}. */
  private String deferredTo(Instant until, Instant wanted, ContactWindow window) {
    var forbidden = window.legal().blockedBy(wanted);
    if (forbidden.isPresent()) {
      return "Deferred to "
          + onTheClock(until, wanted)
          + ": quiet hours by the rules of "
          + forbidden.get().rule().jurisdiction()
          + ", as it is "
          + NEAR.format(wanted.atZone(forbidden.get().zone()))
          + " in "
          + forbidden.get().zone().getId();
    }
    ZoneId blocking = window.blockedBy(wanted).orElse(zones.own());
    String hours = sendWindow.inWords(wanted.atZone(blocking).getDayOfWeek());
    String place = blocking.equals(zones.own()) ? "" : " in " + blocking.getId();
    return "Deferred to "
        + onTheClock(until, wanted)
        + ": outside the send window "
        + (hours.equals("closed") ? "(closed that day)" : hours)
        + place;
  }

  /** {@code Mon 9:00 (America/New_York)}, with the date where the weekday would be ambiguous. */
  public String onTheClock(Instant at, Instant seenFrom) {
    ZonedDateTime local = at.atZone(zones.own());
    var format = Duration.between(seenFrom, at).compareTo(Duration.ofDays(6)) < 0 ? NEAR : FAR;
    return format.format(local) + " (" + zones.own().getId() + ")";
  }
}
