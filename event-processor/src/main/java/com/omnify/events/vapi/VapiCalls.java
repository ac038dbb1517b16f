package com.omnify.events.vapi;

import com.omnify.events.call.Call;
import com.omnify.events.call.CallEnds;
import com.omnify.events.call.CallEnds.BookedBy;
import com.omnify.events.call.Calls;
import com.omnify.events.call.InboundCalls;
import com.omnify.events.call.VoiceDispatches;
import com.omnify.events.call.VoiceDispatches.Placed;
import com.omnify.events.call.policy.CallOutcome;
import com.omnify.events.call.policy.CallReport;
import com.omnify.events.call.policy.CallerId;
import com.omnify.events.call.policy.Turn;
import com.omnify.events.optout.OptOuts;
import com.omnify.events.optout.policy.OptOutRule;
import com.omnify.events.optout.policy.OptOutRule.Spoken;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.events.vapi.VapiAccounts.Account;
import com.omnify.events.vapi.policy.CallNews;
import com.omnify.events.vapi.policy.CallRef;
import com.omnify.events.vapi.policy.CallRef.Direction;
import com.omnify.events.vapi.policy.ToolAnswer;
import com.omnify.events.vapi.policy.ToolCall;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Problem;
import com.omnify.model.CallDisposition;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What VAPI tells of calls. Each message has its effect once: its receipt's key keeps repeats out
 * for a week, and what the call's row says keeps them out for ever.
 */
@Component
class VapiCalls {

  private static final String PROVIDER = "vapi";
  private static final ToolAnswer NOBODY =
      new ToolAnswer.Unknown("Nothing was done: nobody here knows of this call.");
  private static final Logger LOG = LoggerFactory.getLogger(VapiCalls.class);

  private final Transactions transactions;
  private final Receipts receipts;
  private final Calls calls;
  private final VoiceDispatches dispatches;
  private final InboundCalls inbound;
  private final CallEnds ends;
  private final Assistants assistants;
  private final OptOuts optOuts;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;
  private final MeterRegistry metrics;

  VapiCalls(
      Transactions transactions,
      Receipts receipts,
      Calls calls,
      VoiceDispatches dispatches,
      InboundCalls inbound,
      CallEnds ends,
      Assistants assistants,
      OptOuts optOuts,
      Outbox outbox,
      Ids ids,
      FleetClock clock,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.receipts = receipts;
    this.calls = calls;
    this.dispatches = dispatches;
    this.inbound = inbound;
    this.ends = ends;
    this.assistants = assistants;
    this.optOuts = optOuts;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.metrics = metrics;
  }

  /**
   * What came of a message.
   *
   * @param body what VAPI waits for; empty where it waits for nothing
   */
  record Answer(Heard heard, Map<String, Object> body) {}

  /**
   * Which call a message is about.
   *
   * @param placed the dispatch that made it, null of one that came in
   */
  private record Subject(Call call, @Nullable Placed placed) {}

  /**
   * Takes a message in, in one transaction.
   *
   * @param named the dispatch in the URL
   * @param digest of the body: what tells two messages apart that have no key of their own
   * @throws Problem 404, and nothing is written, where the dispatch in the URL is no call of this
   *     client
   */
  Answer hear(Account account, CallNews news, @Nullable DispatchId named, String digest) {
    ClientId client = account.client();
    return transactions.inClient(
        client,
        () -> {
          Placed placed = named == null ? null : placed(client, named);
          if (news instanceof CallNews.NothingToDo nothing && nothing.why().leavesNoTrace()) {
            return new Answer(Heard.PASSED_OVER, Map.of());
          }
          if (placed == null && news.call().dispatch() != null) {
            placed = dispatches.find(client, new DispatchId(news.call().dispatch())).orElse(null);
          }
          String callId =
              news.call().id() == null && placed != null ? placed.providerId() : news.call().id();
          boolean first = receipts.firstTime(client, PROVIDER, key(news, callId, digest));
          if (!first && !answers(news)) {
            return new Answer(Heard.REPEAT, Map.of());
          }
          return hear(account, news, callId, placed, first);
        });
  }

  private Placed placed(ClientId client, DispatchId named) {
    return dispatches.find(client, named).orElseThrow(() -> Problem.notFound("dispatch", named));
  }

  /** Whether VAPI waits for an answer, the second time too. */
  private static boolean answers(CallNews news) {
    return news instanceof CallNews.ToolsWanted || news instanceof CallNews.AssistantWanted;
  }

  private static String key(CallNews news, @Nullable String callId, String digest) {
    String call = callId == null ? digest : callId;
    return switch (news) {
      case CallNews.Progressed progressed -> "status:" + call + ":" + progressed.word();
      case CallNews.Ended _ -> "status:" + call + ":ended";
      case CallNews.Reported _ -> "report:" + call;
      case CallNews.AssistantWanted _ -> "assistant:" + call;
      // a call may wait, say or want things more than once
      case CallNews.Hung _ -> "hang:" + digest;
      case CallNews.Spoke _ -> "transcript:" + digest;
      case CallNews.ToolsWanted _ -> "tools:" + digest;
      case CallNews.NothingToDo _ -> "other:" + digest;
    };
  }

  private Answer hear(
      Account account,
      CallNews news,
      @Nullable String callId,
      @Nullable Placed placed,
      boolean first) {
    ClientId client = account.client();
    boolean another =
        placed != null && placed.providerId() != null && !placed.providerId().equals(callId);
    Optional<Subject> subject =
        another || callId == null ? Optional.empty() : subject(client, news.call(), callId, placed);
    if (first) {
      keep(client, news, callId, placed, subject);
    }
    if (subject.isEmpty()) {
      return stranger(account, news, placed, another || placed != null && callId != null);
    }
    Call call = subject.get().call();
    if (placed != null) {
      proveSent(call, placed, news);
    } else if (call.fresh() && !over(news)) {
      inbound.introduce(call);
    }
    return switch (news) {
      case CallNews.Progressed _ -> heard(Heard.NEW);
      case CallNews.Ended ended -> ended(call, ended);
      case CallNews.Reported reported -> reported(call, placed, reported.report());
      case CallNews.Spoke spoke -> {
        obey(call, placed, OptOutRule.inSpeech(spoke.words()));
        yield heard(Heard.NEW);
      }
      case CallNews.ToolsWanted wanted -> tools(call, placed, wanted.tools());
      case CallNews.AssistantWanted wanted ->
          new Answer(
              first ? Heard.NEW : Heard.REPEAT,
              assistants.answer(account, wanted.call(), inbound.contact(call).orElse(null)));
      case CallNews.Hung _, CallNews.NothingToDo _ -> heard(Heard.NOTED);
    };
  }

  private static Answer heard(Heard heard) {
    return new Answer(heard, Map.of());
  }

  private static boolean over(CallNews news) {
    return news instanceof CallNews.Ended || news instanceof CallNews.Reported;
  }

  private Optional<Subject> subject(
      ClientId client, CallRef ref, String callId, @Nullable Placed placed) {
    var key = new Call.Key(client, PROVIDER, callId);
    if (placed != null) {
      String identity = placed.identity() == null ? CallerId.of(ref.customer()) : placed.identity();
      return identity == null
          ? Optional.empty()
          : calls
              .outbound(key, placed.ref().dispatchId(), identity, ref.carrierId())
              .map(call -> new Subject(call, placed));
    }
    String caller = ref.direction() == Direction.INBOUND ? CallerId.of(ref.customer()) : null;
    return caller == null
        ? Optional.empty()
        : inbound
            .heard(key, caller, ref.ours() == null ? "" : ref.ours(), ref.carrierId())
            .map(call -> new Subject(call, null));
  }

  /** Nobody of ours: what VAPI waits for it gets all the same. */
  private Answer stranger(
      Account account, CallNews news, @Nullable Placed placed, boolean anotherCall) {
    if (anotherCall) {
      LOG.warn(
          "VAPI tells of a second call for dispatch {} of client {}",
          placed == null ? null : placed.ref().dispatchId(),
          account.client());
    }
    Heard heard = anotherCall ? Heard.ANOTHER_CALL : Heard.UNKNOWN_CALL;
    return switch (news) {
      case CallNews.ToolsWanted wanted -> new Answer(heard, results(wanted.tools(), _ -> NOBODY));
      case CallNews.AssistantWanted wanted ->
          new Answer(Heard.NOTED, assistants.answer(account, wanted.call(), null));
      case CallNews.Spoke spoke when placed != null && !anotherCall -> {
        // no word of which call, but of whom: what they ask for counts
        if (placed.identity() != null) {
          obey(
              account.client(),
              placed.identity(),
              new InteractionId(placed.ref().dispatchId().value()),
              placed,
              OptOutRule.inSpeech(spoke.words()));
        }
        yield heard(Heard.NEW);
      }
      case CallNews.Progressed _,
          CallNews.Ended _,
          CallNews.Reported _,
          CallNews.Spoke _,
          CallNews.Hung _,
          CallNews.NothingToDo _ ->
          heard(heard);
    };
  }

  // ---- on its way

  /** Any word of a call of ours proves that it was placed; the furthest counts. */
  private void proveSent(Call call, Placed placed, CallNews news) {
    DeliveryStatus status =
        news instanceof CallNews.Progressed progressed ? progressed.status() : DeliveryStatus.SENT;
    if (call.status() != null && status.compareTo(call.status()) <= 0) {
      return;
    }
    calls.reached(call.key(), status);
    outbox.publish(
        new DeliveryEvent.DeliveryReported(
            ids.eventId(), clock.now(), placed.ref(), status, null, null, call.key().callId()));
  }

  // ---- its end

  private Answer ended(Call call, CallNews.Ended ended) {
    if (ended.reason() == null || call.ended()) {
      return heard(Heard.NOTED);
    }
    calls.ended(call.key(), ended.reason(), outcome(ended.reason(), false));
    return heard(Heard.NEW);
  }

  private Answer reported(Call call, @Nullable Placed placed, CallReport report) {
    if (call.reported()) {
      return heard(Heard.REPEAT);
    }
    CallOutcome outcome = outcome(report.reason(), report.personSpoke());
    calls.reported(call.key(), report, outcome);
    // a machine's greeting is nobody's word
    if (outcome.disposition() != CallDisposition.VOICEMAIL) {
      obey(call, placed, asked(report));
    }
    if (report.booked() && outcome.disposition() == CallDisposition.ANSWERED && !call.booked()) {
      book(call, placed, BookedBy.CALL_ANALYSIS);
    }
    if (placed == null) {
      inbound.tellEnd(call, outcome);
    } else {
      ends.tell(
          placed.ref(),
          call.key().callId(),
          outcome,
          report.reason(),
          report.seconds(),
          report.costMicros());
    }
    return heard(Heard.NEW);
  }

  private CallOutcome outcome(String reason, boolean personSpoke) {
    CallOutcome outcome = CallOutcome.ofVapi(reason, personSpoke);
    if (!outcome.known()) {
      metrics.counter("omnify.calls.unknown.reasons").increment();
      LOG.warn("VAPI ended a call for a reason that stands in no table: {}", reason);
    }
    return outcome;
  }

  // ---- what they say

  /** The analysis may find more than the rule does; never less. */
  private static Spoken asked(CallReport report) {
    Set<Spoken> said = new LinkedHashSet<>();
    report.turns().stream()
        .filter(turn -> turn.role() == Turn.Speaker.USER)
        .forEach(turn -> said.add(OptOutRule.inSpeech(turn.text())));
    if (said.contains(Spoken.STOP)) {
      return Spoken.STOP;
    }
    if (said.contains(Spoken.NO_CALLS)) {
      return Spoken.NO_CALLS;
    }
    return report.optedOut() ? Spoken.STOP : Spoken.NONE;
  }

  private void obey(Call call, @Nullable Placed placed, Spoken asked) {
    if (asked == Spoken.NONE || call.optedOut()) {
      return;
    }
    calls.optedOut(call.key());
    obey(call.key().client(), call.identity(), call.interaction(), placed, asked);
  }

  private void obey(
      ClientId client,
      String identity,
      InteractionId interaction,
      @Nullable Placed placed,
      Spoken asked) {
    switch (asked) {
      case STOP ->
          optOuts.revokeAllBySpeech(
              client, identity, people(client, identity, placed), interaction);
      case NO_CALLS -> optOuts.closeVoice(client, identity, interaction);
      case NONE -> {}
    }
  }

  /** Whom we called, and everyone with that number. */
  private Set<ContactId> people(ClientId client, String identity, @Nullable Placed placed) {
    var people = new LinkedHashSet<ContactId>();
    if (placed != null) {
      people.add(placed.ref().contactId());
    }
    people.addAll(inbound.people(client, identity));
    return people;
  }

  // ---- what the assistant wants

  private Answer tools(Call call, @Nullable Placed placed, List<ToolCall> wanted) {
    Map<String, Object> body = results(wanted, ToolAnswer::to);
    boolean books =
        wanted.stream().map(ToolAnswer::to).anyMatch(ToolAnswer.Booked.class::isInstance);
    if (!books || call.booked()) {
      return new Answer(books ? Heard.REPEAT : Heard.NOTED, body);
    }
    book(call, placed, BookedBy.BOOKING_TOOL);
    return new Answer(Heard.NEW, body);
  }

  /** Whoever has no contact yet gets one in a moment; then it is told. */
  private void book(Call call, @Nullable Placed placed, BookedBy source) {
    Optional<ContactId> contact =
        placed == null ? inbound.contact(call) : Optional.of(placed.ref().contactId());
    calls.booked(call.key(), contact.isPresent());
    contact.ifPresent(
        whose ->
            ends.tellBooking(
                call.key().client(),
                whose,
                placed == null ? null : placed.ref().dispatchId(),
                call.interaction(),
                source));
  }

  private static Map<String, Object> results(
      List<ToolCall> wanted, Function<ToolCall, ToolAnswer> answer) {
    return Map.of(
        "results",
        wanted.stream()
            .map(
                tool ->
                    Map.of(
                        "toolCallId", tool.id(),
                        "name", tool.name(),
                        "result", answer.apply(tool).words()))
            .toList());
  }

  // ---- receipts

  /** Without a word that anybody has said: those are the interaction's. */
  private void keep(
      ClientId client,
      CallNews news,
      @Nullable String callId,
      @Nullable Placed placed,
      Optional<Subject> subject) {
    var payload = new LinkedHashMap<String, Object>();
    String kind =
        switch (news) {
          case CallNews.Progressed progressed -> {
            payload.put("status", progressed.word());
            yield "call_status";
          }
          case CallNews.Ended ended -> {
            payload.put("status", "ended");
            if (ended.reason() != null) {
              payload.put("ended_reason", ended.reason());
            }
            yield "call_status";
          }
          case CallNews.Reported reported -> {
            payload.put("ended_reason", reported.report().reason());
            payload.put("seconds", reported.report().seconds());
            payload.put("cost_micros", reported.report().costMicros());
            payload.put("turns", reported.report().turns().size());
            yield "call_report";
          }
          case CallNews.Spoke _ -> "call_transcript";
          case CallNews.Hung _ -> "call_hang";
          case CallNews.ToolsWanted wanted -> {
            payload.put("tools", wanted.tools().stream().map(VapiCalls::withoutWords).toList());
            yield "call_tools";
          }
          case CallNews.AssistantWanted _ -> "call_assistant_request";
          case CallNews.NothingToDo nothing -> {
            payload.put("type", nothing.type());
            payload.put("why", nothing.why().words());
            payload.put("fields", nothing.fields());
            yield "call_other";
          }
        };
    receipts.keep(
        new Receipt(
            client,
            PROVIDER,
            kind,
            callId,
            placed == null ? null : placed.ref().dispatchId(),
            subject.map(each -> each.call().interaction()).orElse(null),
            payload));
  }

  /** What the arguments say is in the call's words, and goes when they are erased. */
  private static Map<String, Object> withoutWords(ToolCall tool) {
    return Map.of(
        "id", tool.id(), "name", tool.name(), "arguments", List.copyOf(tool.arguments().keySet()));
  }
}
