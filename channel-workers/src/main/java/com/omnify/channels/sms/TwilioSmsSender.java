package com.omnify.channels.sms;

import com.omnify.channels.sms.policy.Exchange;
import com.omnify.channels.sms.policy.SendResult;
import com.omnify.channels.sms.policy.TwilioAnswer;
import com.twilio.exception.ApiException;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.api.v2010.account.MessageCreator;
import com.twilio.type.PhoneNumber;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Sends one SMS with one POST. */
public final class TwilioSmsSender {

  private final TwilioClients clients;

  public TwilioSmsSender(OneShotHttp http) {
    this.clients = new TwilioClients(http);
  }

  /**
   * Makes the attempt and waits for its end, at most as long as connecting and reading may take.
   * Never throws: whatever happens is a result.
   */
  public SendResult send(SmsOrder order, Attempt attempt) {
    Message message = null;
    ApiException refusal = null;
    String text = null;
    try {
      message =
          ScopedValue.where(Attempt.CURRENT, attempt)
              .call(
                  () ->
                      new MessageCreator(
                              new PhoneNumber(order.to()),
                              new PhoneNumber(order.from()),
                              order.body())
                          .setStatusCallback(order.statusCallback())
                          .create(clients.of(order.account())));
    } catch (ApiException e) {
      refusal = e;
      text = e.getMessage();
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
            message == null ? null : message.getSid(),
            refusal == null ? null : refusal.getCode(),
            trouble == null ? null : code(trouble),
            text));
  }

  private static String code(Throwable trouble) {
    return switch (trouble) {
      case Attempt.NotBegunException _ -> "not_begun";
      case UnknownHostException _ -> "dns";
      case ConnectTimeoutException _ -> "connect_timeout";
      case ConnectionRequestTimeoutException _ -> "no_connection_free";
      case ConnectException _ -> "refused";
      case NoRouteToHostException _ -> "no_route";
      case SSLException _ -> "tls";
      case SocketTimeoutException _ -> "timeout";
      case NoHttpResponseException _ -> "reset";
      case ConnectionClosedException _ -> "reset";
      case java.net.SocketException _ -> "reset";
      default -> "error";
    };
  }
}
