package com.omnify.channels.sms;

import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.Troubles;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.sms.policy.Exchange;
import com.omnify.channels.sms.policy.TwilioAnswer;
import com.twilio.constant.EnumConstants;
import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.Domains;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends one SMS with one POST. */
public final class TwilioSmsSender {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final TwilioClients clients;

  public TwilioSmsSender(OneShotHttp http) {
    this.clients = new TwilioClients(http);
  }

  /**
   * Makes the attempt and waits for its end, at most as long as connecting and reading may take.
   * Never throws: whatever happens is a result.
   */
  public SendResult send(SmsOrder order, Attempt attempt) {
    Answer answer = Answer.NONE;
    String text = null;
    try {
      answer =
          ScopedValue.where(Attempt.CURRENT, attempt)
              .call(() -> read(clients.of(order.account()).request(request(order))));
      text = answer.message();
    } catch (RuntimeException e) {
      text = e.getMessage();
      if (attempt.trouble() == null) {
        attempt.failed(e);
      }
    } finally {
      // Whoever waits for its request must not wait for what will never come.
      attempt.over();
    }
    Throwable trouble = attempt.trouble();
    return TwilioAnswer.read(
        new Exchange(
            attempt.begun(),
            // An answer that broke off in its middle is no answer.
            trouble == null ? attempt.status() : null,
            attempt.retryAfter(),
            answer.sid(),
            answer.code(),
            trouble == null ? null : Troubles.code(trouble),
            text));
  }

  /** As the SDK's MessageCreator makes it, with the parameters that we use. */
  private static Request request(SmsOrder order) {
    var request =
        new Request(
            HttpMethod.POST,
            Domains.API.toString(),
            "/2010-04-01/Accounts/" + order.account().accountSid() + "/Messages.json");
    request.setContentType(EnumConstants.ContentType.FORM_URLENCODED);
    request.addPostParam("To", order.to());
    request.addPostParam("StatusCallback", order.statusCallback().toString());
    request.addPostParam("From", order.from());
    request.addPostParam("Body", order.body());
    return request;
  }

  /**
   * What matters of an answer: the SDK would parse the twenty fields of a message, dates and all,
   * of which only one is wanted, and that costs as much as the request.
   *
   * @param sid of the message that was created
   * @param code why it was refused
   */
  private record Answer(@Nullable String sid, @Nullable Integer code, @Nullable String message) {

    static final Answer NONE = new Answer(null, null, null);
  }

  private static Answer read(@Nullable Response response) {
    if (response == null || response.getContent() == null) {
      return Answer.NONE;
    }
    try {
      JsonNode json = JSON.readTree(response.getContent());
      boolean accepted = TwilioRestClient.SUCCESS.test(response.getStatusCode());
      return accepted
          ? new Answer(json.path("sid").stringValue(null), null, null)
          : new Answer(
              null,
              json.path("code").isInt() ? json.path("code").intValue() : null,
              json.path("message").stringValue(null));
    } catch (JacksonException e) {
      return Answer.NONE;
    }
  }
}
