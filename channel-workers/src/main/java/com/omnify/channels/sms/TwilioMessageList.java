package com.omnify.channels.sms;

import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.sms.policy.SentMessage;
import com.twilio.base.Page;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.api.v2010.account.MessageReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What Twilio has sent to a person. */
public final class TwilioMessageList {

  private static final long PAGE_SIZE = 1_000;

  /** A person with more messages than this is no person; the list is then not complete. */
  private static final int MOST_PAGES = 50;

  private final TwilioClients clients;

  public TwilioMessageList(OneShotHttp http) {
    this.clients = new TwilioClients(http);
  }

  /** The answer to the question. */
  public sealed interface Answer {

    /** All there is. */
    record Complete(List<SentMessage> messages) implements Answer {}

    /** Not all, or nothing: this proves nothing. */
    record Incomplete(String why) implements Answer {}
  }

  /**
   * Asks for every message to the number, from whatever sender. {@code DateSent} is left out, as it
   * is empty while a message is queued, and {@code From} too, as another sender counts.
   */
  public Answer sentTo(TwilioAccount account, String e164) {
    try {
      TwilioRestClient client = clients.of(account);
      var reader = new MessageReader().setTo(e164).setPageSize(PAGE_SIZE);
      var found = new ArrayList<SentMessage>();
      Page<Message> page = reader.firstPage(client);
      for (int pages = 1; ; pages++) {
        page.getRecords().forEach(message -> found.add(listed(message)));
        if (!page.hasNextPage()) {
          return new Answer.Complete(found);
        }
        if (pages == MOST_PAGES) {
          return new Answer.Incomplete("more than " + MOST_PAGES + " pages");
        }
        page = reader.nextPage(page, client);
      }
    } catch (RuntimeException e) {
      // The SDK's own, or what it throws at an answer that makes no sense.
      return new Answer.Incomplete(String.valueOf(e.getMessage()));
    }
  }

  private static SentMessage listed(Message message) {
    return new SentMessage(
        message.getSid(),
        message.getFrom() == null ? "" : message.getFrom().toString(),
        message.getBody() == null ? "" : message.getBody(),
        Objects.requireNonNull(message.getDateCreated(), "a message without a date").toInstant());
  }
}
