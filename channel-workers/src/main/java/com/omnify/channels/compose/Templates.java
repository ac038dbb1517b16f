package com.omnify.channels.compose;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.channels.compose.policy.CheckedTemplate;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import liqp.Template;
import liqp.TemplateContext;
import liqp.TemplateParser;
import liqp.antlr.CharStreamWithLocation;
import liqp.filters.Filter;
import liqp.parser.Flavor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Liquid, rendered once: what a variable holds is data and never template. Published versions never
 * change, so a step's template is parsed once and kept.
 */
@Component
public class Templates {

  /**
   * Names a template for ever.
   *
   * @param field of the step's content
   */
  public record Key(ClientId client, SequenceId sequence, int version, StepId step, String field) {}

  /** What came out of a template. */
  public sealed interface Rendered {

    record Text(String text) implements Rendered {}

    /**
     * A person must look first.
     *
     * @param words what is wrong, for the person who will mend it
     */
    record Held(HoldReason reason, String words) implements Rendered {}
  }

  /**
   * Characters of the templates that are kept, each with what it takes besides: more steps than a
   * busy fleet has in hand at once, if they are of the usual length.
   */
  static final long KEPT = 4L << 20;

  private static final int BESIDES = 500;

  private static final int MAX_ITERATIONS = 10_000;
  private static final int MAX_RENDERED = 100_000;

  private final TemplateParser parser =
      new TemplateParser.Builder()
          .withFlavor(Flavor.LIQUID)
          .withFilter(new Required())
          .withNameResolver(Templates::noFile)
          .withMaxIterations(MAX_ITERATIONS)
          .withMaxSizeRenderedString(MAX_RENDERED)
          .build();

  private final Cache<Key, Compiled> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT)
          .<Key, Compiled>weigher((_, compiled) -> BESIDES + compiled.length())
          .executor(Runnable::run)
          .build();

  /** What is kept at the moment, in characters. */
  long weight() {
    return kept.policy().eviction().map(bound -> bound.weightedSize().orElse(0)).orElse(0L);
  }

  /** The engine's own way would read any file of this machine that a template names. */
  private static CharStreamWithLocation noFile(String name) throws IOException {
    throw new FileNotFoundException("a template includes nothing: '" + name + "'");
  }

  /** The words of a step for one person. */
  public SmsText sms(Key key, String template, Map<String, Object> variables) {
    return sms(render(key, template, variables));
  }

  /** The words of a template that nobody has saved. */
  public SmsText sms(String template, Map<String, Object> variables) {
    return sms(render(template, variables));
  }

  private static SmsText sms(Rendered rendered) {
    return switch (rendered) {
      case Rendered.Text(String text) -> SmsText.judge(text);
      case Rendered.Held(HoldReason reason, String words) -> new SmsText.Held(reason, words);
    };
  }

  /** One text of a step for one person, not judged yet. */
  public Rendered render(Key key, String template, Map<String, Object> variables) {
    Compiled compiled = kept.getIfPresent(key);
    if (compiled == null) {
      compiled = compile(template);
      kept.put(key, compiled);
    }
    return render(compiled, variables);
  }

  /** One text of a template that nobody has saved. */
  public Rendered render(String template, Map<String, Object> variables) {
    return render(compile(template), variables);
  }

  private Compiled compile(String source) {
    CheckedTemplate checked = CheckedTemplate.of(source);
    if (!checked.unknown().isEmpty()) {
      return fault("Unknown variables " + String.join(", ", checked.unknown()));
    }
    try {
      return new Compiled(parser.parse(checked.text()), null, checked.text().length());
    } catch (RuntimeException e) {
      return fault("The template cannot be read: " + e.getMessage());
    }
  }

  private static Compiled fault(String words) {
    return new Compiled(null, words, words.length());
  }

  private static Rendered render(Compiled compiled, Map<String, Object> variables) {
    Template template = compiled.template();
    if (template == null) {
      return new Rendered.Held(HoldReason.TEMPLATE_FAULT, String.valueOf(compiled.fault()));
    }
    try {
      // The engine keeps the state of a rendering in the template.
      synchronized (template) {
        return new Rendered.Text(template.render(new LinkedHashMap<>(variables)));
      }
    } catch (RuntimeException e) {
      String missing = missing(e);
      return missing != null
          ? new Rendered.Held(
              HoldReason.MISSING_VARIABLE, "'" + missing + "' is empty and has no default")
          : new Rendered.Held(
              HoldReason.TEMPLATE_FAULT, "The template cannot be rendered: " + e.getMessage());
    }
  }

  private static @Nullable String missing(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof MissingVariable missing) {
        return missing.variable;
      }
    }
    return null;
  }

  /**
   * A template as it is kept.
   *
   * @param length in characters
   */
  private record Compiled(@Nullable Template template, @Nullable String fault, int length) {}

  private static final class MissingVariable extends RuntimeException {
    private final String variable;

    MissingVariable(String variable) {
      super(variable);
      this.variable = variable;
    }
  }

  private static final class Required extends Filter {
    Required() {
      super(CheckedTemplate.REQUIRED);
    }

    @Override
    public Object apply(Object value, TemplateContext context, Object... parameters) {
      if (value == null || value.toString().isBlank()) {
        throw new MissingVariable(String.valueOf(parameters[0]));
      }
      return value;
    }
  }
}
