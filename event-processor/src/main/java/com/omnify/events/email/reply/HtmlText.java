package com.omnify.events.email.reply;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * An HTML mail as the plain text its author's program would have made of it: a quotation's lines
 * begin with {@code >}, what a program marks as the beginning of the quoted mail becomes a
 * separator line, marked signatures are left out.
 */
public final class HtmlText {

  /** Longer ones are newsletters; what a person wrote stands at the top. */
  private static final int LONGEST = 512 << 10;

  private static final int DEEPEST = 256;

  private static final Set<String> BLOCKS =
      Set.of(
          "address",
          "article",
          "aside",
          "blockquote",
          "center",
          "dd",
          "div",
          "dl",
          "dt",
          "fieldset",
          "footer",
          "form",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "header",
          "hr",
          "li",
          "main",
          "nav",
          "ol",
          "p",
          "pre",
          "section",
          "table",
          "tr",
          "ul");

  private static final String UNSEEN =
      "script, style, head, title, template, .gmail_signature, .moz-signature, #Signature,"
          + " [data-signatureblock], .protonmail_signature_block, .yahoo-signature";

  /** Everything after these is the quoted mail. */
  private static final String QUOTED_AFTER =
      "#appendonsend, #divRplyFwdMsg, #x_divRplyFwdMsg, #mail-editor-reference-message-container,"
          + " #OLK_SRC_BODY_SECTION, #reply-intro, .yahoo_quoted, .zmail_extra, #zwchr";

  private static final String SEPARATOR = "-----Original Message-----";

  private HtmlText() {}

  /** The text with quotations marked; never fails, however the HTML is formed. */
  public static String of(String html) {
    String bounded = html.length() > LONGEST ? html.substring(0, LONGEST) : html;
    Document document = Jsoup.parse(bounded, "", Parser.htmlParser().setMaxDepth(DEEPEST));
    document.select(UNSEEN).remove();
    Element quoted = document.selectFirst(QUOTED_AFTER);
    if (quoted != null) {
      quoted.before(new Element("div").text(SEPARATOR));
    }
    var writer = new Writer();
    NodeTraversor.traverse(writer, document.body());
    return writer.finished();
  }

  private static final class Writer implements NodeVisitor {

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private int depth;

    @Override
    public void head(Node node, int level) {
      if (node instanceof TextNode words) {
        write(words.getWholeText(), insidePre(words));
      } else if (node instanceof Element element) {
        String name = element.normalName();
        if (name.equals("br")) {
          endLine();
        } else if (BLOCKS.contains(name)) {
          endLineIfBegun();
        }
        if (name.equals("blockquote")) {
          depth++;
        }
      }
    }

    @Override
    public void tail(Node node, int level) {
      if (node instanceof Element element) {
        String name = element.normalName();
        if (BLOCKS.contains(name)) {
          endLineIfBegun();
        }
        if (name.equals("blockquote")) {
          depth--;
        } else if (name.equals("p") && !element.className().startsWith("Mso")) {
          // Outlook's paragraphs have no space between them
          endParagraph();
        } else if (name.equals("td") || name.equals("th")) {
          line.append(' ');
        }
      }
    }

    private static boolean insidePre(TextNode words) {
      return words.parent() instanceof Element parent && parent.normalName().equals("pre");
    }

    private void write(String words, boolean verbatim) {
      for (int n = 0; n < words.length(); n++) {
        char c = words.charAt(n);
        if (verbatim && c == '\n') {
          endLine();
        } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
          if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
            line.append(' ');
          }
        } else {
          // a space that does not break stands alone where a blank line is meant
          line.append(c);
        }
      }
    }

    private void endLineIfBegun() {
      if (!line.toString().isBlank()) {
        endLine();
      } else {
        line.setLength(0);
      }
    }

    private void endLine() {
      if (depth > 0) {
        text.append(">".repeat(Math.min(depth, 5))).append(' ');
      }
      text.append(line.toString().strip()).append('\n');
      line.setLength(0);
    }

    private void endParagraph() {
      if (!text.isEmpty() && !endsBlank()) {
        text.append(depth > 0 ? ">\n" : "\n");
      }
    }

    private boolean endsBlank() {
      int length = text.length();
      return length >= 2 && text.charAt(length - 1) == '\n' && text.charAt(length - 2) == '\n';
    }

    String finished() {
      endLineIfBegun();
      return text.toString();
    }
  }
}
