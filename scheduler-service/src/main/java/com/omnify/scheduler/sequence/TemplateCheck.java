package com.omnify.scheduler.sequence;

import com.omnify.model.TemplateVariables;
import com.omnify.scheduler.sequence.policy.Problems;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import liqp.TemplateParser;
import liqp.exceptions.LiquidException;
import liqp.filters.Filters;
import liqp.org.antlr.v4.runtime.tree.ParseTree;
import liqp.parser.Flavor;
import liquid.parser.v4.LiquidParser;

/**
 * Refuses, when a step is saved, what could not be rendered later: syntax, filters that do not
 * exist, variables that nothing fills. Reads the parsed template, so text and comments are free.
 */
final class TemplateCheck {

  private static final TemplateParser PARSER =
      new TemplateParser.Builder()
          .withFlavor(Flavor.LIQUID)
          .withErrorMode(TemplateParser.ErrorMode.STRICT)
          .withStrictVariables(true)
          .build();

  private static final Set<String> FILTERS =
      new TreeSet<>(Filters.DEFAULT_FILTERS.getMap().keySet());

  private TemplateCheck() {}

  static void check(String template, String path, Problems problems) {
    ParseTree tree;
    try {
      tree = PARSER.parse(template).getParseTree();
    } catch (LiquidException e) {
      problems.add(
          path,
          "the template cannot be read: " + firstLine(e) + " (line " + e.line + ")",
          "check that {{ … }} and {% … %} are closed and spelled as Liquid has them");
      return;
    } catch (RuntimeException e) {
      problems.add(
          path,
          "the template cannot be read: " + firstLine(e),
          "check that {{ … }} and {% … %} are closed and spelled as Liquid has them");
      return;
    }
    var names = new Names();
    names.collect(tree);
    names.filters.stream()
        .filter(filter -> !FILTERS.contains(filter))
        .forEach(
            filter ->
                problems.add(
                    path,
                    "there is no filter '" + filter + "'",
                    "use one of " + String.join(", ", FILTERS)));
    names.variables.stream()
        .filter(name -> !TemplateVariables.known(name))
        .filter(name -> !names.assigned.contains(root(name)) && !root(name).equals("forloop"))
        .forEach(name -> problems.add(path, "unknown variable '" + name + "'", nearest(name)));
    names.unsupported.forEach(
        tag ->
            problems.add(
                path, "'" + tag + "' reaches outside of the message", "write the text in place"));
  }

  private static String nearest(String name) {
    List<String> near = TemplateVariables.near(name);
    String all =
        "known are " + String.join(", ", TemplateVariables.names()) + " and custom.<field>";
    return near.isEmpty()
        ? all
        : near.stream()
                .map(n -> "'" + n + "'")
                .collect(Collectors.joining(" or ", "did you mean ", "?"))
            + " "
            + Character.toUpperCase(all.charAt(0))
            + all.substring(1);
  }

  private static String root(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static String firstLine(RuntimeException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("").strip();
  }

  /** What a template names, by its parse tree. */
  private static final class Names {
    private final Set<String> variables = new LinkedHashSet<>();
    private final Set<String> assigned = new HashSet<>();
    private final Set<String> filters = new LinkedHashSet<>();
    private final Set<String> unsupported = new LinkedHashSet<>();

    void collect(ParseTree node) {
      switch (node) {
        case LiquidParser.Lookup_id_indexesContext lookup -> variables.add(path(lookup));
        case LiquidParser.Lookup_StrContext lookup ->
            variables.add(unquoted(lookup.Str().getText()));
        case LiquidParser.AssignmentContext assign -> assigned.add(assign.id().getText());
        case LiquidParser.Capture_tag_IdContext capture -> assigned.add(capture.id().getText());
        case LiquidParser.Capture_tag_StrContext capture ->
            assigned.add(unquoted(capture.Str().getText()));
        case LiquidParser.For_arrayContext loop -> assigned.add(loop.id().getText());
        case LiquidParser.For_rangeContext loop -> assigned.add(loop.id().getText());
        case LiquidParser.FilterContext filter -> filters.add(filter.Id().getText());
        case LiquidParser.Include_tagContext _ -> unsupported.add("include");
        case LiquidParser.Include_relative_tagContext _ -> unsupported.add("include_relative");
        default -> {
          // nothing that names anything
        }
      }
      for (int i = 0; i < node.getChildCount(); i++) {
        collect(node.getChild(i));
      }
    }

    /** {@code custom.roof_type} and {@code custom["roof_type"]} alike. */
    private static String path(LiquidParser.Lookup_id_indexesContext lookup) {
      var path = new StringBuilder(lookup.id().getText());
      for (var index : lookup.index()) {
        String text = index.id2() == null ? index.expr().getText() : index.id2().getText();
        path.append('.').append(unquoted(text));
      }
      return path.toString();
    }

    private static String unquoted(String text) {
      boolean quoted =
          text.length() >= 2
              && (text.startsWith("\"") && text.endsWith("\"")
                  || text.startsWith("'") && text.endsWith("'"));
      return quoted ? text.substring(1, text.length() - 1) : text;
    }
  }
}
