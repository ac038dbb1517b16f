package com.omnify.channels.send;

import com.omnify.model.Channel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The channels on which something can be said. */
@Component
public class ChannelSenders {

  private final Map<Channel, ChannelSender> byChannel = new EnumMap<>(Channel.class);

  ChannelSenders(List<ChannelSender> senders) {
    for (ChannelSender sender : senders) {
      if (byChannel.put(sender.channel(), sender) != null) {
        throw new IllegalStateException("Two senders for " + sender.channel());
      }
    }
  }

  public List<ChannelSender> all() {
    return List.copyOf(byChannel.values());
  }

  public List<Channel> channels() {
    return List.copyOf(byChannel.keySet());
  }

  /** The channel's sender; its absence is a fault of ours. */
  public ChannelSender of(Channel channel) {
    ChannelSender sender = byChannel.get(channel);
    if (sender == null) {
      throw new IllegalStateException("Nothing is sent by " + channel.wire());
    }
    return sender;
  }
}
