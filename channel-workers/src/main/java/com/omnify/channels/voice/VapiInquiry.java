package com.omnify.channels.voice;

import com.omnify.channels.reconcile.Inquiry;
import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.voice.policy.CallReconciliation;
import com.omnify.model.Channel;
import org.springframework.stereotype.Component;

/** Asks VAPI for its calls since the fence; each bears the id of the dispatch that placed it. */
@Component
class VapiInquiry implements Inquiry {

  private final VapiCallList calls;

  VapiInquiry(OneShotHttp http) {
    this.calls = new VapiCallList(http);
  }

  @Override
  public Channel channel() {
    return Channel.VOICE;
  }

  @Override
  public Finding ask(Subject subject) {
    var answer =
        calls.since(
            VapiAccount.of(subject.account()), CallReconciliation.since(subject.fencedAt()));
    return switch (answer) {
      case VapiCallList.Answer.Complete(var found) ->
          CallReconciliation.read(
              subject.key().id(), subject.identity(), subject.fencedAt(), found);
      case VapiCallList.Answer.Incomplete(String why) ->
          new Finding.Undecided("VAPI does not tell which calls there are: " + why, true);
    };
  }
}
