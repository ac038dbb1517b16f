package com.omnify.channels.compose.policy;

import com.omnify.model.TemplateVariables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template made ready for people: every output of an identity variable without a default demands
 * its value through the filter {@value #REQUIRED}, so that an empty name is noticed where it would
 * be printed and nowhere else (a branch that is not taken demands nothing).
 *
 * @param text the template with the demands woven in
 * @param unknown variables that nobody will fill; such a template must not be rendered for anyone
 */
public record CheckedTemplate(String text, List<String> unknown) {

  /** Fails where its input is empty; its argument is the variable's name. */
  public static final String REQUIRED = "omnify_required";

  private static final Pattern VARIABLE =
      Pattern.compile("^\\s*([A-Za-z_][A-Za-z0-9_-]*(?:\\.[A-Za-z_][A-Za-z0-9_-]*)*)\\s*(\\||$)");
  private static final Pattern TAG = Pattern.compile("^-?\\s*([a-z_]+)\\s*(.*)$", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("^\"?'?([A-Za-z_][A-Za-z0-9_-]*)");
  private static final Set<String> BINDING =
      Set.of("assign", "capture", "for", "tablerow", "increment", "decrement");
  private static final Set<String> LITERALS =
      Set.of("true", "false", "nil", "null", "empty", "blank", "forloop", "tablerowloop");

  public CheckedTemplate {
    unknown = List.copyOf(unknown);
  }

  /** Reads a template; its syntax is the engine's to judge. */
  public static CheckedTemplate of(String template) {
    return new Scanner(template).scan();
  }

  private static final class Scanner {
    private final String source;
    private final StringBuilder out = new StringBuilder();
    private final Set<String> bound = new HashSet<>();
    private final List<String> used = new ArrayList<>();

    Scanner(String source) {
      this.source = source;
    }

    CheckedTemplate scan() {
      int at = 0;
      while (at < source.length()) {
        int open = nextOpening(at);
        if (open < 0) {
          break;
        }
        out.append(source, at, open);
        at = source.startsWith("{{", open) ? output(open) : tag(open);
      }
      out.append(source.substring(Math.min(at, source.length())));
      var unknown =
          used.stream().filter(path -> !bound.contains(root(path))).distinct().sorted().toList();
      return new CheckedTemplate(out.toString(), unknown);
    }

    private int nextOpening(int from) {
      int output = source.indexOf("{{", from);
      int tag = source.indexOf("{%", from);
      return output < 0 ? tag : tag < 0 ? output : Math.min(output, tag);
    }

    private int output(int open) {
      int close = closing(open + 2, "}}");
      if (close < 0) {
        out.append(source, open, open + 2);
        return open + 2;
      }
      String inner = source.substring(open + 2, close);
      boolean dashed = inner.startsWith("-");
      String expression = dashed ? inner.substring(1) : inner;
      Matcher variable = VARIABLE.matcher(expression.endsWith("-") ? chop(expression) : expression);
      if (!variable.find() || LITERALS.contains(root(variable.group(1)))) {
        out.append(source, open, close + 2);
        return close + 2;
      }
      String path = variable.group(1);
      if (!TemplateVariables.known(path)) {
        used.add(path);
      }
      out.append("{{").append(dashed ? "-" : "").append(expression, 0, variable.end(1));
      if (TemplateVariables.isIdentity(path) && !hasDefault(expression)) {
        out.append(" | ").append(REQUIRED).append(": '").append(path).append("' ");
      }
      out.append(expression, variable.end(1), expression.length()).append("}}");
      return close + 2;
    }

    private int tag(int open) {
      int close = closing(open + 2, "%}");
      if (close < 0) {
        out.append(source, open, open + 2);
        return open + 2;
      }
      Matcher tag = TAG.matcher(source.substring(open + 2, close));
      int end = close + 2;
      if (tag.matches()) {
        String name = tag.group(1);
        if (name.equals("raw") || name.equals("comment")) {
          end = endOf(name, end);
        } else if (BINDING.contains(name)) {
          Matcher target = NAME.matcher(tag.group(2));
          if (target.find()) {
            bound.add(target.group(1));
          }
        }
      }
      out.append(source, open, end);
      return end;
    }

    private int endOf(String block, int from) {
      Matcher end = Pattern.compile("\\{%-?\\s*end" + block + "\\s*-?%}").matcher(source);
      return end.find(from) ? end.end() : source.length();
    }

    /** A quoted text may hold what looks like the end. */
    private int closing(int from, String end) {
      char quote = 0;
      for (int i = from; i < source.length(); i++) {
        char c = source.charAt(i);
        if (quote != 0) {
          quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (source.startsWith(end, i)) {
          return i;
        }
      }
      return source.indexOf(end, from);
    }

    private static boolean hasDefault(String expression) {
      String unquoted = expression.replaceAll("\"[^\"]*\"|'[^']*'", "");
      return Pattern.compile("\\|\\s*default\\b").matcher(unquoted).find();
    }

    private static String chop(String text) {
      return text.substring(0, text.length() - 1);
    }

    private static String root(String path) {
      int dot = path.indexOf('.');
      return dot < 0 ? path : path.substring(0, dot);
    }
  }
}
