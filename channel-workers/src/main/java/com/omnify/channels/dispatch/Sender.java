package com.omnify.channels.dispatch;

import com.omnify.channels.dispatch.policy.WarmUp;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a client says something from on one channel, in use now. */
public sealed interface Sender {

  ClientId client();

  Channel channel();

  /** Ours: E.164, or an e-mail address in lower case. */
  String address();

  /** The most that may begin in a second of real time. */
  int perSecond();

  /** The most on a day of the fleet clock in the client's zone. */
  int dailyCap(LocalDate day);

  /** By which it goes out. */
  ProviderAccount account();

  /** Whether a step or an order means this one. */
  default boolean isNamed(String name) {
    return address().equalsIgnoreCase(name);
  }

  /** Its name among what may run out. */
  default String scope() {
    return scope(channel(), address());
  }

  /** The name of an address of ours among what may run out. */
  static String scope(Channel channel, String address) {
    return switch (channel) {
      case SMS -> "number:" + address;
      case EMAIL -> "mailbox:" + address;
      case VOICE -> "calls:" + address;
    };
  }

  /** A number for SMS. */
  record Number(
      ClientId client, String address, int perSecond, int dailyCap, ProviderAccount account)
      implements Sender {
    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public int dailyCap(LocalDate day) {
      return dailyCap;
    }
  }

  /**
   * A mailbox.
   *
   * @param id by which steps name it
   * @param dailyCap when it is warm
   * @param warmUpFrom its first day; null: it is warm
   */
  record Mailbox(
      ClientId client,
      UUID id,
      String address,
      String displayName,
      @Nullable String replyTo,
      int perSecond,
      int dailyCap,
      @Nullable LocalDate warmUpFrom,
      ProviderAccount account)
      implements Sender {
    @Override
    public Channel channel() {
      return Channel.EMAIL;
    }

    @Override
    public boolean isNamed(String name) {
      return id.toString().equalsIgnoreCase(name) || address.equalsIgnoreCase(name);
    }

    @Override
    public int dailyCap(LocalDate day) {
      return WarmUp.cap(dailyCap, warmUpFrom, day);
    }
  }

  /**
   * A number for calls.
   *
   * @param numberId its id at the provider
   */
  record Line(
      ClientId client,
      String address,
      String numberId,
      int perSecond,
      int dailyCap,
      ProviderAccount account)
      implements Sender {
    @Override
    public Channel channel() {
      return Channel.VOICE;
    }

    @Override
    public int dailyCap(LocalDate day) {
      return dailyCap;
    }
  }
}
