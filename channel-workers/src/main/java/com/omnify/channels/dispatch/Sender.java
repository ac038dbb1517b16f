package com.omnify.channels.dispatch;

import com.omnify.channels.sms.TwilioAccount;
import com.omnify.model.id.ClientId;

/**
 * A number that a client sends from, in use now.
 *
 * @param perSecond the most messages in a second of real time
 * @param dailyCap the most messages on a fleet day in the client's zone
 */
public record Sender(
    ClientId client, String e164, int perSecond, int dailyCap, TwilioAccount account) {

  /** Its name among what may run out. */
  public String scope() {
    return scope(e164);
  }

  public static String scope(String e164) {
    return "number:" + e164;
  }
}
