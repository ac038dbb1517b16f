package com.omnify.events.call;

import com.omnify.events.call.Calls.Booking;
import com.omnify.events.call.Calls.Untold;
import com.omnify.events.call.policy.CallOutcome;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.OutcomeKind;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Tells how calls end. A provider says it twice: at once that it is over, and a little later all of
 * it. The report is waited for, so that everybody is told once, with its length and its price;
 * where none comes, the first word has to do.
 */
@Component
public class CallEnds {

  /** So long, in real time, a report may take; then the sequence goes on without. */
  static final Duration REPORT_OUTBOUND = Duration.ofMinutes(1);

  /** Nobody waits for the end of a call that came in. */
  static final Duration REPORT_INBOUND = Duration.ofMinutes(10);

  /** Who says that an appointment was made. */
  public enum BookedBy implements WireEnum {
    /** The assistant, while it talked. */
    BOOKING_TOOL,
    /** The provider's analysis of the call. */
    CALL_ANALYSIS
  }

  private static final int AT_ONCE = 200;

  private final Calls calls;
  private final VoiceDispatches dispatches;
  private final InboundCalls inbound;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;
  private final MeterRegistry metrics;

  CallEnds(
      Calls calls,
      VoiceDispatches dispatches,
      InboundCalls inbound,
      Outbox outbox,
      Ids ids,
      FleetClock clock,
      MeterRegistry metrics) {
    this.calls = calls;
    this.dispatches = dispatches;
    this.inbound = inbound;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Configuration(proxyBeanMethods = false)
  static class Loops {

    @Bean
    Loop callEndLoop(Transactions transactions, CallEnds ends) {
      return Loop.named("call-ends")
          .every(Duration.ofSeconds(2))
          .running(() -> transactions.inBackground(ends::tellOverdue));
    }

    @Bean
    Loop callWordsHousekeeping(Transactions transactions, Calls calls) {
      return Loop.named("call-words-housekeeping")
          .every(Duration.ofMinutes(10))
          .running(() -> transactions.inBackground(calls::purgeWords));
    }
  }

  /**
   * Tells that a call of ours is over.
   *
   * @param reason the provider's own word
   * @param seconds 0 where it is not known
   * @param costMicros 0 where it is not known
   */
  public void tell(
      DispatchRef dispatch,
      String callId,
      CallOutcome outcome,
      @Nullable String reason,
      int seconds,
      long costMicros) {
    outbox.publish(
        new DeliveryEvent.CallEnded(
            ids.eventId(),
            clock.now(),
            dispatch,
            outcome.disposition(),
            outcome.failure(),
            reason,
            seconds,
            costMicros,
            callId));
  }

  /** Tells that an appointment was made. */
  public void tellBooking(
      ClientId client,
      ContactId contact,
      @Nullable DispatchId dispatch,
      InteractionId interaction,
      BookedBy source) {
    outbox.publish(
        new InboundEvent.OutcomeReported(
            ids.eventId(),
            clock.now(),
            client,
            contact,
            dispatch,
            OutcomeKind.BOOKED,
            source.wire(),
            interaction,
            null,
            null));
  }

  /** One round, in the caller's background transaction; true where more may be left. */
  boolean tellOverdue() {
    List<Untold> overdue = calls.takeOverdue(REPORT_OUTBOUND, REPORT_INBOUND, AT_ONCE);
    overdue.forEach(this::tell);
    List<Booking> bookings = calls.takeBookings(AT_ONCE);
    bookings.forEach(
        booking ->
            tellBooking(
                booking.client(),
                new ContactId(booking.contact()),
                null,
                booking.interaction(),
                BookedBy.BOOKING_TOOL));
    return overdue.size() == AT_ONCE || bookings.size() == AT_ONCE;
  }

  private void tell(Untold call) {
    metrics.counter("omnify.calls.without.report").increment();
    ClientId client = call.key().client();
    if (call.dispatch() == null) {
      inbound.tellEnd(client, call.interaction(), call.identity(), call.outcome());
    } else {
      dispatches
          .find(client, call.dispatch())
          .ifPresent(
              placed ->
                  tell(placed.ref(), call.key().callId(), call.outcome(), call.reason(), 0, 0));
    }
  }
}
