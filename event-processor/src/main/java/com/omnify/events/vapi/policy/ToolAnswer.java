package com.omnify.events.vapi.policy;

import com.omnify.model.CallTools;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What is said to a tool call. The same call gets the same answer however often it is asked. */
public sealed interface ToolAnswer {

  /** What the model reads; one line. */
  String words();

  /** An appointment was made. */
  record Booked(String words) implements ToolAnswer {}

  /** Something is missing; the model can ask for it. */
  record Incomplete(String words) implements ToolAnswer {}

  /** No tool of ours. */
  record Unknown(String words) implements ToolAnswer {}

  /** Names by which assistants know the booking tool: ours, and as some write it. */
  Set<String> BOOKING = Set.of(CallTools.BOOK, CallTools.BOOK.replace("_", ""));

  /** Arguments that may say when, the most telling first. */
  List<String> WHEN =
      List.of(
          "starts_at",
          "start_time",
          "datetime",
          "date_time",
          "appointment_time",
          "appointment",
          "slot",
          "when",
          "date",
          "day",
          CallTools.BOOK_TIME);

  /** No more than a date and a time take. */
  int LONGEST_WHEN = 80;

  Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}{}]+");

  /** Decides what a tool call comes to. */
  static ToolAnswer to(ToolCall call) {
    String name = call.name().toLowerCase(Locale.ROOT).replace('-', '_');
    if (!BOOKING.contains(name)) {
      return new Unknown(
          "There is no tool named '" + brief(call.name()) + "' here; nothing was done.");
    }
    List<String> when =
        WHEN.stream()
            .map(argument -> call.arguments().getOrDefault(argument, ""))
            .map(ToolAnswer::brief)
            .filter(text -> !text.isEmpty())
            .distinct()
            .limit(2)
            .toList();
    if (when.isEmpty()) {
      return new Incomplete(
          "Nothing is booked yet: ask for the day and the time, and call the tool again with them.");
    }
    return new Booked("The appointment is noted: " + String.join(" ", when) + ".");
  }

  private static String brief(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ").strip();
    return line.length() > LONGEST_WHEN ? line.substring(0, LONGEST_WHEN) : line;
  }
}
