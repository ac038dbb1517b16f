package com.omnify.events.twilio;

import com.omnify.events.call.Call;
import com.omnify.events.call.Calls;
import com.omnify.events.call.InboundCalls;
import com.omnify.events.call.policy.CallOutcome;
import com.omnify.events.call.policy.CallReport;
import com.omnify.events.call.policy.CallerId;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What Twilio says about calls to our numbers: somebody took them, or nobody did. Calls that we
 * make go by another provider, which tells of them itself.
 */
@Component
class VoiceStatuses {

  private static final String PROVIDER = "twilio";
  private static final Set<String> HELD_BY_THE_INTERACTION =
      Set.of("From", "To", "Caller", "Called", "CallSid");
  private static final long MOST_SECONDS = 86_400;

  private final Transactions transactions;
  private final Receipts receipts;
  private final Calls calls;
  private final InboundCalls inbound;

  VoiceStatuses(Transactions transactions, Receipts receipts, Calls calls, InboundCalls inbound) {
    this.transactions = transactions;
    this.receipts = receipts;
    this.calls = calls;
    this.inbound = inbound;
  }

  /** Keeps the report and, where the call is over, tells it to everyone, once. */
  Heard hear(ClientId client, TwilioRequest request) {
    String sid = required(request, "CallSid");
    String status = required(request, "CallStatus");
    String dialed = request.get("DialCallStatus");
    return transactions.inClient(
        client,
        () -> {
          String key = "voice:" + sid + ":" + status + (dialed == null ? "" : ":" + dialed);
          if (!receipts.firstTime(client, PROVIDER, key)) {
            return Heard.REPEAT;
          }
          CallOutcome outcome = CallOutcome.ofTwilio(status, dialed);
          String caller = CallerId.of(request.get("From"));
          boolean ours =
              outcome != null && isInbound(request) && !calls.toldByAnother(client, PROVIDER, sid);
          Optional<Call> call =
              ours && caller != null ? heard(client, request, sid, caller) : Optional.empty();
          receipts.keep(
              new Receipt(
                  client,
                  PROVIDER,
                  "voice_status",
                  sid,
                  null,
                  call.map(Call::interaction).orElse(null),
                  request.payloadWithout(call.isPresent() ? HELD_BY_THE_INTERACTION : Set.of())));
          if (call.isEmpty() || call.get().reported() || outcome == null) {
            return outcome == null && !isOnItsWay(status) ? Heard.UNKNOWN_STATUS : Heard.NEW;
          }
          calls.reported(call.get().key(), report(request, status, dialed, outcome), outcome);
          inbound.tellEnd(call.get(), outcome);
          return Heard.NEW;
        });
  }

  private Optional<Call> heard(ClientId client, TwilioRequest request, String sid, String caller) {
    String to = request.get("To");
    return inbound.heard(
        new Call.Key(client, PROVIDER, sid), caller, to == null ? "" : to.strip(), sid);
  }

  private static CallReport report(
      TwilioRequest request, String status, @Nullable String dialed, CallOutcome outcome) {
    String reason = dialed == null ? status : dialed;
    return new CallReport(
        reason,
        outcome.missed() ? 0 : seconds(request.get("CallDuration")),
        0,
        null,
        null,
        List.of(),
        false,
        false);
  }

  private static int seconds(@Nullable String text) {
    try {
      return text == null ? 0 : (int) Math.clamp(Long.parseLong(text), 0L, MOST_SECONDS);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static boolean isInbound(TwilioRequest request) {
    String direction = request.get("Direction");
    return direction == null || direction.toLowerCase(Locale.ROOT).equals("inbound");
  }

  private static boolean isOnItsWay(String status) {
    return Set.of("queued", "initiated", "ringing", "in-progress", "answered")
        .contains(status.toLowerCase(Locale.ROOT));
  }

  private static String required(TwilioRequest request, String name) {
    String value = request.get(name);
    if (value == null) {
      throw Problem.invalid(
          name, "is missing", "point Twilio's status callback for calls at this address");
    }
    return value;
  }
}
