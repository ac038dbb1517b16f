package com.omnify.events.twilio;

import com.omnify.model.id.ClientId;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationContext;

/** A person's STOP, as event-processor takes it when the signature is right. */
public final class StopMessage {

  private final InboundMessages inbound;

  public StopMessage(ApplicationContext events) {
    this.inbound = events.getBean(InboundMessages.class);
  }

  /** Returns when it is committed. */
  public void say(ClientId client, String from, String to, String sid) {
    var form =
        new FormBody(
            Map.of(
                "MessageSid", List.of(sid),
                "From", List.of(from),
                "To", List.of(to),
                "Body", List.of("STOP")));
    Heard heard = inbound.hear(client, new TwilioRequest(form, new FormBody(Map.of())));
    if (heard != Heard.NEW) {
      throw new IllegalStateException("STOP " + sid + " was " + heard);
    }
  }
}
