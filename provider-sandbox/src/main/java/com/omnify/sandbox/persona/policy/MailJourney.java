package com.omnify.sandbox.persona.policy;

import com.omnify.sandbox.persona.policy.MailJourney.Station.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stations of one mail from the provider to the person, with the time of each. */
public record MailJourney(List<Station> stations) {

  /**
   * Something that becomes of a mail.
   *
   * @param after fleet time since the mail was taken
   * @param failure where the receiving server said no
   */
  public record Station(Duration after, What what, @Nullable MailFailure failure) {

    /** What it is. */
    public enum What {
      PROCESSED,
      DEFERRED,
      DELIVERED,
      BOUNCED,
      OPENED,
      CLICKED,
      COMPLAINED,
      UNSUBSCRIBED;

      /** The name in the ledger. */
      public String wire() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  public MailJourney {
    stations = List.copyOf(stations);
  }

  /**
   * @param nth which mail to this person from this sender it is, from 1
   */
  public static MailJourney of(EmailHabit habit, int nth, long seed, String from, String to) {
    var chance = Chance.of(seed, "mail", from, to, nth);
    var stations = new ArrayList<Station>();
    stations.add(at(Duration.ofMillis(100 + chance.below(300)), What.PROCESSED));
    var arrival = Duration.ofMillis(1_000 + chance.below(4_000));
    switch (habit) {
      case NO_MAILBOX -> stations.add(bounced(arrival, MailFailure.NO_MAILBOX));
      case MAILBOX_FULL -> stations.add(bounced(arrival, MailFailure.MAILBOX_FULL));
      case SPAM_FILTERED -> stations.add(bounced(arrival, MailFailure.SPAM));
      case BUSY -> {
        stations.add(new Station(arrival, What.DEFERRED, MailFailure.TRY_AGAIN));
        stations.add(new Station(arrival.plusMinutes(30), What.DEFERRED, MailFailure.TRY_AGAIN));
        stations.add(bounced(arrival.plusHours(6), MailFailure.GIVEN_UP));
      }
      case IGNORES,
          OPENS,
          CLICKS,
          EAGER,
          QUESTIONER,
          OBJECTOR,
          BOOKER,
          STOPPER,
          POLITE_STOPPER,
          UNSUBSCRIBER,
          COMPLAINER,
          OUT_OF_OFFICE -> {
        stations.add(at(arrival, What.DELIVERED));
        reading(habit, chance, arrival, stations);
      }
    }
    return new MailJourney(stations);
  }

  private static void reading(
      EmailHabit habit, Chance chance, Duration arrival, List<Station> stations) {
    if (habit == EmailHabit.IGNORES || habit == EmailHabit.OUT_OF_OFFICE) {
      return;
    }
    var opened = arrival.plusSeconds(60 + chance.below(3 * 3_600));
    var then = opened.plusSeconds(5 + chance.below(90));
    stations.add(at(opened, What.OPENED));
    switch (habit) {
      case CLICKS -> stations.add(at(then, What.CLICKED));
      case EAGER, BOOKER -> {
        if (chance.coin()) {
          stations.add(at(then, What.CLICKED));
        }
      }
      case UNSUBSCRIBER -> stations.add(at(then, What.UNSUBSCRIBED));
      case COMPLAINER -> stations.add(at(then, What.COMPLAINED));
      default -> {
        // reads, and nothing that a provider would see
      }
    }
  }

  private static Station at(Duration after, What what) {
    return new Station(after, what, null);
  }

  private static Station bounced(Duration after, MailFailure failure) {
    return new Station(after, What.BOUNCED, failure);
  }

  /** The same stations at the same times, but told in the opposite order. */
  public MailJourney reversed() {
    var swapped = new ArrayList<Station>();
    for (int i = 0; i < stations.size(); i++) {
      var told = stations.get(stations.size() - 1 - i);
      swapped.add(new Station(stations.get(i).after(), told.what(), told.failure()));
    }
    return new MailJourney(swapped);
  }

  /** When the person has it before their eyes; empty when nobody reads it. */
  public Optional<Duration> reading() {
    return when(What.OPENED);
  }

  /** When it lies in the mailbox; empty when it never does. */
  public Optional<Duration> arrival() {
    return when(What.DELIVERED);
  }

  private Optional<Duration> when(What what) {
    return stations.stream().filter(s -> s.what() == what).map(Station::after).findFirst();
  }
}
