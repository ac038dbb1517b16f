package com.omnify.channels.compose.policy;

import com.omnify.model.HoldReason;
import com.omnify.model.SmsSegments;
import org.jspecify.annotations.Nullable;

/** What came out of composing: words that may be sent, or why a person must look first. */
public sealed interface SmsText {

  /** The longest text that a provider takes, in UTF-16 code units. */
  int MAX_LENGTH = 1600;

  int MAX_SEGMENTS = 10;

  /** Words that may be sent. */
  record Ready(String body, SmsSegments segments) implements SmsText, Message {
    @Override
    public int segmentCount() {
      return segments.segments();
    }

    @Override
    public int units() {
      return segments.segments();
    }
  }

  /**
   * A person must look first.
   *
   * @param words what is wrong, for the person who will mend it
   */
  record Held(HoldReason reason, String words) implements SmsText {}

  /** Judges a rendered text. */
  static SmsText judge(@Nullable String rendered) {
    if (rendered == null || rendered.isBlank()) {
      return new Held(HoldReason.TEMPLATE_FAULT, "The text is empty");
    }
    // Also where it came from a contact's own words: nobody must read our braces.
    if (rendered.contains("{{") || rendered.contains("{%")) {
      return new Held(HoldReason.TEMPLATE_FAULT, "The text still holds template braces");
    }
    SmsSegments segments = SmsSegments.of(rendered);
    if (rendered.length() > MAX_LENGTH || segments.segments() > MAX_SEGMENTS) {
      return new Held(
          HoldReason.TEMPLATE_FAULT,
          "The text needs %d segments and %d characters; %d and %d are the most"
              .formatted(segments.segments(), rendered.length(), MAX_SEGMENTS, MAX_LENGTH));
    }
    return new Ready(rendered, segments);
  }
}
