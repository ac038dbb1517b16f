package com.omnify.channels.email;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** The plain text of an HTML mail, for whoever does not see HTML. */
final class PlainText {

  private static final Set<String> PARAGRAPHS =
      Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr");
  private static final Set<String> LINES = Set.of("br", "div", "tr", "li", "section", "header");
  private static final Set<String> UNSEEN = Set.of("style", "script", "head", "title");

  private PlainText() {}

  static String of(String html) {
    var out = new StringBuilder();
    Element body = Jsoup.parse(html).body();
    UNSEEN.forEach(tag -> body.select(tag).remove());
    body.traverse(
        new NodeVisitor() {
          @Override
          public void head(Node node, int depth) {
            if (node instanceof TextNode text) {
              String words = text.getWholeText().replaceAll("\\s+", " ");
              boolean fresh = out.isEmpty() || Character.isWhitespace(out.charAt(out.length() - 1));
              out.append(fresh ? words.stripLeading() : words);
            } else if (node instanceof Element element) {
              open(element);
            }
          }

          @Override
          public void tail(Node node, int depth) {
            if (node instanceof Element element) {
              close(element);
            }
          }

          private void open(Element element) {
            if (PARAGRAPHS.contains(element.normalName())) {
              breaks(2);
            } else if (LINES.contains(element.normalName())) {
              breaks(1);
            }
            if (element.normalName().equals("li")) {
              out.append("- ");
            }
          }

          private void close(Element element) {
            String target = element.normalName().equals("a") ? element.attr("href") : "";
            if (target.matches("https?://.*") && !element.text().contains(target)) {
              out.append(" (").append(target).append(')');
            }
            if (PARAGRAPHS.contains(element.normalName())) {
              breaks(2);
            } else if (LINES.contains(element.normalName()) && !element.normalName().equals("br")) {
              breaks(1);
            }
          }

          private void breaks(int wanted) {
            while (!out.isEmpty() && out.charAt(out.length() - 1) == ' ') {
              out.setLength(out.length() - 1);
            }
            int there = 0;
            while (there < out.length() && out.charAt(out.length() - 1 - there) == '\n') {
              there++;
            }
            if (!out.isEmpty()) {
              out.append("\n".repeat(Math.max(0, wanted - there)));
            }
          }
        });
    return out.toString().strip();
  }
}
