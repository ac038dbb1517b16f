package com.omnify.kit.quiet.policy;

import com.omnify.kit.quiet.policy.Rule.Says;
import com.omnify.model.Channel;
import com.omnify.model.ResourceTable;
import com.omnify.model.SendWindow;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rules that a new installation begins with, for use without a database. */
public final class DeliveredRules {

  private static final List<String> WEEK = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final LocalDate ALWAYS = LocalDate.of(2020, 1, 1);

  private DeliveredRules() {}

  /** Reads them. */
  public static RuleSet read() {
    var rules = new ArrayList<Rule>();
    for (String[] row : ResourceTable.rows(DeliveredRules.class, "rules.tsv")) {
      for (Channel channel : List.of(Channel.SMS, Channel.VOICE)) {
        String name = String.join(" ", row) + " " + channel.wire();
        rules.add(
            new Rule(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                1,
                row[0],
                channel,
                says(row[1], row[2]),
                ALWAYS,
                null));
      }
    }
    return new RuleSet(1, rules);
  }

  private static Says says(String kind, String text) {
    return switch (kind) {
      case "hours" -> new Says.Hours(new SendWindow(week(text)));
      case "holiday" -> new Says.Holiday(LocalDate.parse(text));
      case "cap" -> new Says.Cap(Integer.parseInt(text));
      default -> throw new IllegalArgumentException("A rule cannot be of " + kind);
    };
  }

  /** {@code mon-sat 09:00-21:00; sun-sun 12:00-21:00}. */
  private static Map<String, List<SendWindow.Span>> week(String text) {
    Map<String, List<SendWindow.Span>> days = new HashMap<>();
    for (String part : text.split("; ")) {
      String[] words = part.split("[ -]");
      var span = List.of(new SendWindow.Span(words[2], words[3]));
      WEEK.subList(WEEK.indexOf(words[0]), WEEK.indexOf(words[1]) + 1)
          .forEach(day -> days.put(day, span));
    }
    return days;
  }
}
