package com.omnify.learning.counting.policy;

import com.omnify.model.id.EventId;
import com.omnify.model.id.Id;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Something that is true once, however many events say so: "this dispatch was delivered".
 *
 * @param id made from what the fact says, so that the inbox keeps apart facts and not messages
 */
public record Fact(EventId id, List<Increment> increments) {

  static Fact that(String what, Id subject, Increment... increments) {
    var text = what + ' ' + subject.value();
    var id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    return new Fact(new EventId(id), List.of(increments));
  }
}
