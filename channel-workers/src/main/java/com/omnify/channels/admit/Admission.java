package com.omnify.channels.admit;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.admit.policy.SenderChoice;
import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.compose.policy.Message;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.model.HoldReason;
import com.omnify.model.event.DispatchRef;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Turns what stands READY into what may start, and into what cannot, with the reason. Permits are
 * taken here, before any lock; caps are only looked at, as the fence counts them.
 */
@Component
public class Admission {

  /** In a step's content: which of ours must say it. */
  private static final String FROM = "from_mailbox";

  /**
   * How long a client without a number or mailbox in use has to find one, before it is asked for
   * again.
   */
  private static final Duration WITHOUT_SENDER = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  private final ChannelSenders channels;
  private final DailyCaps caps;
  private final RateLeases rates;
  private final FleetClock fleetClock;
  private final RealClock realClock;
  private final ChannelSettings settings;

  Admission(
      ChannelSenders channels,
      DailyCaps caps,
      RateLeases rates,
      FleetClock fleetClock,
      RealClock realClock,
      ChannelSettings settings) {
    this.channels = channels;
    this.caps = caps;
    this.rates = rates;
    this.fleetClock = fleetClock;
    this.realClock = realClock;
    this.settings = settings;
  }

  /**
   * May begin in one second.
   *
   * @param notBefore real time, within the second that its permit is for
   */
  public record Start(Admitted admitted, Instant notBefore) {

    /** What is taken up later than this may not reach the wire within its second. */
    private static final Duration GOOD_FOR = Duration.ofMillis(900);

    /** Whether its permit is used up by time: it needs another one to begin. */
    public boolean lapsed(Instant now) {
      return now.isAfter(notBefore.truncatedTo(ChronoUnit.SECONDS).plus(GOOD_FOR));
    }
  }

  /** What became of a batch. */
  public record Verdict(List<Start> starts, List<Withdrawal> withdrawals) {}

  /** Judges a batch. */
  public Verdict admit(ReadyDispatches.Loaded loaded) {
    Instant now = fleetClock.now();
    var withdrawals = new ArrayList<>(loaded.unreadable());
    var composed = new ArrayList<Admitted>();
    for (ReadyDispatch dispatch : loaded.dispatches()) {
      try {
        compose(dispatch, loaded, now, composed, withdrawals);
      } catch (RuntimeException e) {
        // It must not keep the others of its batch, which are other clients', again and again.
        log.error("Dispatch {} cannot be composed", dispatch.key().id(), e);
        withdrawals.add(
            new Withdrawal.Cancelled(
                dispatch, HoldReason.TEMPLATE_FAULT, "It cannot be composed, see the log"));
      }
    }
    List<Admitted> able = reserved(withinCaps(composed, now, withdrawals), withdrawals);
    return new Verdict(leaseRates(able, now, withdrawals), withdrawals);
  }

  /** New permits for those whose second has passed. */
  public Verdict renew(List<Admitted> lapsed) {
    var withdrawals = new ArrayList<Withdrawal>();
    return new Verdict(leaseRates(lapsed, fleetClock.now(), withdrawals), withdrawals);
  }

  private void compose(
      ReadyDispatch dispatch,
      ReadyDispatches.Loaded loaded,
      Instant now,
      List<Admitted> composed,
      List<Withdrawal> withdrawals) {
    if (isTooLate(dispatch)) {
      withdrawals.add(new Withdrawal.Expired(dispatch));
      return;
    }
    if (dispatch.identity() == null) {
      withdrawals.add(
          new Withdrawal.Cancelled(
              dispatch,
              HoldReason.NO_ADDRESS,
              "The contact has no valid address for " + dispatch.ref().channel().wire()));
      return;
    }
    if (!dispatch.window().isOpen(now, dispatch.zones())) {
      withdrawals.add(quietHours(dispatch, now));
      return;
    }
    DispatchRef ref = dispatch.ref();
    List<Sender> inUse =
        loaded.senders().getOrDefault(ref.clientId(), List.of()).stream()
            .filter(it -> it.channel() == ref.channel())
            .toList();
    ReadyDispatch.OwnText own = dispatch.ownText();
    String from = own == null ? dispatch.content(FROM) : own.from();
    Optional<Sender> sender =
        from == null
            ? SenderChoice.choose(
                    inUse.stream().map(Sender::address).toList(),
                    dispatch.knownSender(),
                    ref.contactId())
                .flatMap(it -> inUse.stream().filter(one -> one.isNamed(it)).findFirst())
            : inUse.stream().filter(one -> one.isNamed(from)).findFirst();
    if (sender.isEmpty()) {
      withdrawals.add(
          from == null
              ? new Withdrawal.GivenBack(dispatch, HoldReason.NO_SENDER, now.plus(WITHOUT_SENDER))
              : new Withdrawal.Cancelled(
                  dispatch, HoldReason.NO_SENDER, "What must say it is not in use: " + from));
      return;
    }
    switch (channels.of(ref.channel()).compose(dispatch, sender.get(), now)) {
      case Composition.Ready(Message message) ->
          composed.add(new Admitted(dispatch, sender.get(), message));
      case Composition.Held(HoldReason reason, String words) ->
          withdrawals.add(new Withdrawal.Cancelled(dispatch, reason, words));
    }
  }

  private boolean isTooLate(ReadyDispatch dispatch) {
    Instant realNow = realClock.now();
    ReadyDispatch.OwnText own = dispatch.ownText();
    Instant notAfter = own == null ? null : own.notAfter();
    return dispatch.createdAt().isBefore(realNow.minus(settings.expireAfter()))
        || notAfter != null && notAfter.isBefore(realNow);
  }

  /** The window is shut; the next time it opens in all of the person's zones. */
  public static Withdrawal quietHours(ReadyDispatch dispatch, Instant now) {
    Instant opening = dispatch.window().nextOpening(now, dispatch.zones());
    return opening == null
        ? new Withdrawal.Cancelled(
            dispatch, HoldReason.QUIET_HOURS, "The send window never opens in the contact's zones")
        : new Withdrawal.GivenBack(dispatch, HoldReason.QUIET_HOURS, opening);
  }

  /**
   * Counts nothing yet, the fence does: here only what has no chance is turned away, so that it
   * takes no permit.
   */
  private List<Admitted> withinCaps(
      List<Admitted> composed, Instant now, List<Withdrawal> withdrawals) {
    DailyCaps.Share share = caps.look(composed, now);
    share.beyond().forEach(one -> withdrawals.add(capReached(one.dispatch(), now)));
    return share.within();
  }

  /** The sender may send no more on that day; the next one begins at the client's midnight. */
  public static Withdrawal capReached(ReadyDispatch dispatch, Instant now) {
    Instant tomorrow =
        now.atZone(dispatch.clientZone())
            .toLocalDate()
            .plusDays(1)
            .atStartOfDay(dispatch.clientZone())
            .toInstant();
    return new Withdrawal.GivenBack(dispatch, HoldReason.SENDER_DAILY_CAP, tomorrow);
  }

  private List<Admitted> reserved(List<Admitted> capped, List<Withdrawal> withdrawals) {
    var able = new ArrayList<Admitted>();
    capped.stream()
        .collect(Collectors.groupingBy(Admitted::channel))
        .forEach(
            (channel, batch) -> {
              Map<DispatchKey, Withdrawal> without = channels.of(channel).reserve(batch);
              withdrawals.addAll(without.values());
              batch.stream().filter(one -> !without.containsKey(one.key())).forEach(able::add);
            });
    return able;
  }

  private List<Start> leaseRates(List<Admitted> capped, Instant now, List<Withdrawal> withdrawals) {
    var wishes = new LinkedHashMap<Quota.Owner, Quota>();
    for (Admitted one : capped) {
      Sender sender = one.sender();
      var wish = new Quota(sender.client(), sender.scope(), 1, sender.perSecond());
      wishes.merge(
          wish.owner(),
          wish,
          (a, _) -> new Quota(a.client(), a.scope(), a.wanted() + 1, a.limit()));
    }
    var permits = new HashMap<Quota.Owner, Iterator<Instant>>();
    rates
        .lease(List.copyOf(wishes.values()))
        .forEach((owner, seconds) -> permits.put(owner, seconds.iterator()));
    var starts = new ArrayList<Start>();
    var refused = new HashMap<Quota.Owner, Integer>();
    for (Admitted one : capped) {
      var owner = new Quota.Owner(one.sender().client(), one.sender().scope());
      Iterator<Instant> mine = permits.get(owner);
      if (mine != null && mine.hasNext()) {
        starts.add(new Start(one, mine.next()));
      } else {
        int before = refused.merge(owner, 1, Integer::sum) - 1;
        withdrawals.add(
            new Withdrawal.GivenBack(
                one.dispatch(), HoldReason.SENDER_RATE, later(now, before, one.sender())));
      }
    }
    return starts;
  }

  /** One after the other behind the seconds that are full, in fleet time. */
  private Instant later(Instant now, int before, Sender sender) {
    double seconds = RateLeases.SECONDS_AHEAD + (double) before / sender.perSecond();
    long millis = (long) (seconds * 1000 * Math.max(fleetClock.rate(), 0.001));
    return now.plus(millis, ChronoUnit.MILLIS);
  }
}
