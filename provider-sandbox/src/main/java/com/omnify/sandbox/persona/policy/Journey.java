package com.omnify.sandbox.persona.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stations of one message from the provider to the phone, with the time each is reported. */
public record Journey(List<Station> stations) {

  /**
   * A status the provider reports.
   *
   * @param after fleet time since the message was accepted
   * @param errorCode Twilio's code, where the status is a failure
   */
  public record Station(Duration after, String status, @Nullable Integer errorCode) {}

  public Journey {
    stations = List.copyOf(stations);
  }

  /**
   * @param nth which message to this person from this sender it is, from 1
   */
  public static Journey of(Persona persona, int nth, long seed, String from, String to) {
    var chance = Chance.of(seed, "journey", from, to, nth);
    var queued = new Station(Duration.ofMillis(100 + chance.below(200)), "queued", null);
    var sent = new Station(Duration.ofMillis(600 + chance.below(1_400)), "sent", null);
    var soon = Duration.ofMillis(3_000 + chance.below(5_000));
    var end =
        switch (persona) {
          case LANDLINE -> new Station(soon, "undelivered", 30006);
          case UNREACHABLE -> new Station(soon, "undelivered", 30003);
          case FLAKY ->
              nth == 1
                  ? new Station(soon, "undelivered", 30003)
                  : new Station(soon, "delivered", null);
          case CARRIER_FILTERED -> new Station(soon, "undelivered", 30007);
          case LATE -> new Station(Duration.ofMinutes(90 + chance.below(90)), "delivered", null);
          case OUT_OF_ORDER -> new Station(Duration.ofMillis(400), "delivered", null);
          case EAGER,
              QUESTIONER,
              OBJECTOR,
              BOOKER,
              SILENT,
              STOPPER,
              POLITE_STOPPER,
              INVALID,
              VOIP ->
              new Station(soon, "delivered", null);
        };
    var stations = new ArrayList<>(List.of(queued, sent, end));
    stations.sort(Comparator.comparing(Station::after));
    return new Journey(stations);
  }

  /** The same stations at the same times, but told in the opposite order. */
  public Journey reversed() {
    var swapped = new ArrayList<Station>();
    for (int i = 0; i < stations.size(); i++) {
      var told = stations.get(stations.size() - 1 - i);
      swapped.add(new Station(stations.get(i).after(), told.status(), told.errorCode()));
    }
    return new Journey(swapped);
  }

  /** When the person has it in hand; empty when it never arrives. */
  public Optional<Duration> arrival() {
    return stations.stream()
        .filter(s -> s.status().equals("delivered"))
        .map(Station::after)
        .findFirst();
  }
}
