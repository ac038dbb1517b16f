package com.omnify.model;

import java.util.Arrays;
import java.util.List;

/** Whose account it is that something is said by. */
public enum Provider implements WireEnum {
  TWILIO(Channel.SMS),
  VAPI(Channel.VOICE),
  /** Any server that takes mail by SMTP. */
  SMTP(Channel.EMAIL),
  RESEND(Channel.EMAIL),
  SENDGRID(Channel.EMAIL),
  POSTMARK(Channel.EMAIL),
  MAILGUN(Channel.EMAIL),
  SES(Channel.EMAIL);

  private final Channel channel;

  Provider(Channel channel) {
    this.channel = channel;
  }

  /** What it is used for here. */
  public Channel channel() {
    return channel;
  }

  /** Those that something can be said by on a channel. */
  public static List<Provider> of(Channel channel) {
    return Arrays.stream(values()).filter(each -> each.channel == channel).toList();
  }
}
