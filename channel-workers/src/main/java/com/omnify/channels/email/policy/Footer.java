package com.omnify.channels.email.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands under every mail: who writes, from where, and how to have no more of it. */
public record Footer(String sender, @Nullable String postalAddress, String unsubscribe) {

  private static final String BODY_END = "</body>";

  /** Under the plain text, behind the mark of a signature. */
  public String under(String text) {
    return text.stripTrailing()
        + "\n\n-- \n"
        + String.join("\n", lines())
        + "\nUnsubscribe: "
        + unsubscribe
        + "\n";
  }

  /** Under the HTML, inside of its body where it has one. */
  public String underHtml(String html) {
    var footer = new StringBuilder("<p style=\"color:#666;font-size:12px\">");
    lines().forEach(line -> footer.append(Html.escape(line)).append("<br>"));
    footer.append("<a href=\"").append(Html.escape(unsubscribe)).append("\">Unsubscribe</a></p>");
    int end = html.length() - BODY_END.length();
    // Not by way of a lower-case copy: there some letters are two, and all behind them elsewhere.
    while (end >= 0
        && !html.regionMatches(/* ignoreCase= */ true, end, BODY_END, 0, BODY_END.length())) {
      end--;
    }
    return end < 0 ? html + footer : html.substring(0, end) + footer + html.substring(end);
  }

  private List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(Letter.oneLine(sender));
    if (postalAddress != null) {
      postalAddress.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lines::add);
    }
    return lines;
  }
}
