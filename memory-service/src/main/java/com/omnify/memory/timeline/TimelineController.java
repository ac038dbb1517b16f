package com.omnify.memory.timeline;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.memory.timeline.Timeline.Before;
import com.omnify.memory.timeline.Timeline.Context;
import com.omnify.memory.timeline.Timeline.Interaction;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was said to a contact and by it, and what is ready to be known of it. */
@RestController
@RequestMapping("/api/v1/contacts/{id}")
class TimelineController {

  private final Transactions transactions;
  private final Timeline timeline;

  TimelineController(Transactions transactions, Timeline timeline) {
    this.transactions = transactions;
    this.timeline = timeline;
  }

  enum Direction implements WireEnum {
    OUTBOUND,
    INBOUND
  }

  @Needs(Role.MEMBER)
  @GetMapping("/timeline")
  Page<Interaction> timeline(
      Caller caller,
      @PathVariable ContactId id,
      @RequestParam(required = false) @Nullable String channel,
      @RequestParam(required = false) @Nullable String direction,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    Channel only = channel == null ? null : parse(Channel.class, "channel", channel);
    String way = direction == null ? null : parse(Direction.class, "direction", direction).wire();
    Before before = cursor == null ? null : before(cursor);
    ClientId client = caller.client();
    return transactions.readInClient(
        client,
        () -> {
          requireContact(client, id);
          return Page.of(
              timeline.list(client, id, only, way, before, size + 1),
              size,
              last -> Cursor.encode(last.occurredAt().toString(), last.id().toString()));
        });
  }

  @Needs(Role.MEMBER)
  @GetMapping("/context")
  Context context(Caller caller, @PathVariable ContactId id) {
    ClientId client = caller.client();
    return transactions.readInClient(
        client,
        () -> {
          requireContact(client, id);
          return timeline.context(client, id).orElseGet(() -> Context.nothingYet(id));
        });
  }

  private void requireContact(ClientId client, ContactId id) {
    if (!timeline.hasContact(client, id)) {
      throw Problem.notFound("contact", id);
    }
  }

  private static Before before(String cursor) {
    List<String> parts = Cursor.decode(cursor, 2);
    return new Before(Cursor.instant(parts.get(0)), Cursor.uuid(parts.get(1)));
  }

  private static <E extends Enum<E> & WireEnum> E parse(
      Class<E> type, String parameter, String text) {
    try {
      return WireEnum.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(parameter, String.valueOf(e.getMessage()), "use one of those");
    }
  }
}
