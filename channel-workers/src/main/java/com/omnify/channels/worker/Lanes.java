package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.admit.Admission;
import com.omnify.channels.breaker.Breakers;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.Fence;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Results;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.model.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** A queue and a worker for each channel, so that a slow one keeps no other waiting. */
@Component
public class Lanes {

  /** What one channel has. */
  record Lane(ChannelSender sender, DispatchQueue queue, ChannelWorker worker) {}

  private final Map<Channel, Lane> lanes = new EnumMap<>(Channel.class);

  Lanes(
      ChannelSenders senders,
      ReadyDispatches ready,
      Admission admission,
      DispatchStates states,
      Fence fence,
      IdentityLocks locks,
      Poster poster,
      Results results,
      SendSlots slots,
      Breakers breakers,
      Transactions transactions,
      FleetClock fleetClock,
      RealClock clock,
      ChannelSettings settings,
      MeterRegistry metrics) {
    for (ChannelSender sender : senders.all()) {
      var queue = new DispatchQueue(sender.channel(), settings, metrics);
      var worker =
          new ChannelWorker(
              sender,
              queue,
              ready,
              admission,
              states,
              fence,
              locks,
              poster,
              results,
              slots,
              breakers,
              transactions,
              fleetClock,
              clock,
              metrics);
      lanes.put(sender.channel(), new Lane(sender, queue, worker));
    }
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  /** The queue of a channel on which something can be said. */
  DispatchQueue queue(Channel channel) {
    return Objects.requireNonNull(lanes.get(channel), channel::wire).queue();
  }

  /** Hands a READY one to its worker, if there is room now. */
  public boolean offer(Channel channel, DispatchKey key) {
    @Nullable Lane lane = lanes.get(channel);
    return lane != null && lane.queue().offer(key);
  }

  /** Whether nothing waits for a worker. */
  public boolean idle() {
    return lanes.values().stream().allMatch(lane -> lane.queue().idle());
  }
}
