package com.omnify.fleet.chaos;

import com.omnify.fleet.chaos.policy.Channel;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * How many people of a crowd are reached by which channel.
 *
 * @param people by channel; nobody by those that are not in it
 */
record Load(Map<Channel, Integer> people) {

  private static final double OF_EMAIL = 0.12;
  private static final double OF_VOICE = 0.03;

  Load {
    people = Collections.unmodifiableMap(new EnumMap<>(people));
  }

  static Load ofSms(int people) {
    return new Load(Map.of(Channel.SMS, people));
  }

  /** At least so many messages over these channels: 12 % mails, 3 % calls, all else SMS. */
  static Load of(int messages, Set<Channel> channels) {
    double sms = 1;
    var people = new EnumMap<Channel, Integer>(Channel.class);
    if (channels.contains(Channel.EMAIL)) {
      people.put(Channel.EMAIL, people(messages * OF_EMAIL, Channel.EMAIL));
      sms -= OF_EMAIL;
    }
    if (channels.contains(Channel.VOICE)) {
      people.put(Channel.VOICE, people(messages * OF_VOICE, Channel.VOICE));
      sms -= OF_VOICE;
    }
    people.put(Channel.SMS, people(messages * sms, Channel.SMS));
    return new Load(people);
  }

  private static int people(double messages, Channel channel) {
    return Math.max(1, (int) Math.ceil(messages / steps(channel) - 1e-9));
  }

  /**
   * Messages a person gets. A mail in doubt holds up what comes after it for good, and a call takes
   * its time: so they have fewer.
   */
  static int steps(Channel channel) {
    return switch (channel) {
      case SMS -> 4;
      case EMAIL -> 2;
      case VOICE -> 1;
    };
  }

  int messages() {
    return people.entrySet().stream()
        .mapToInt(entry -> entry.getValue() * steps(entry.getKey()))
        .sum();
  }
}
