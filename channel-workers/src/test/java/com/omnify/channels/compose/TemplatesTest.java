package com.omnify.channels.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.compose.policy.CheckedTemplate;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {

  private final Templates templates = new Templates();

  private String text(String template, Map<String, Object> variables) {
    return switch (templates.sms(template, variables)) {
      case SmsText.Ready ready -> ready.body();
      case SmsText.Held held -> held.reason() + ": " + held.words();
    };
  }

  @Test
  void aTemplateReadsNoFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("secret.txt"), "open sesame");
    assertThat(text("Hi {% include '" + file + "' %}", Map.of())).doesNotContain("sesame");
    assertThat(text("Hi {% include \"" + file + "\" %}", Map.of())).doesNotContain("sesame");
  }

  @Test
  void fillsWhatIsKnown() {
    assertThat(text("Hi {{ first_name }}!", Map.of("first_name", "Ann"))).isEqualTo("Hi Ann!");
    assertThat(text("{{custom.roof}}", Map.of("custom", Map.of("roof", "slate"))))
        .isEqualTo("slate");
  }

  @Test
  void anEmptyNameWithoutDefaultIsHeld() {
    assertThat(text("Hi {{ first_name | capitalize }}!", Map.of()))
        .startsWith("MISSING_VARIABLE")
        .contains("first_name");
    assertThat(text("Hi {{- first_name -}} !", Map.of())).startsWith("MISSING_VARIABLE");
  }

  @Test
  void aDefaultStandsInForAnEmptyName() {
    String template = "Hi {{ first_name | capitalize | default: \"there\" }}!";
    assertThat(text(template, Map.of())).isEqualTo("Hi there!");
    assertThat(text(template, Map.of("first_name", "ann"))).isEqualTo("Hi Ann!");
  }

  @Test
  void aBranchNotTakenDemandsNothing() {
    String template = "Hi{% if first_name %} {{ first_name }}{% endif %}!";
    assertThat(text(template, Map.of())).isEqualTo("Hi!");
    assertThat(text(template, Map.of("first_name", "Ann"))).isEqualTo("Hi Ann!");
  }

  @Test
  void anEmptyFactThatIsNoNameRendersEmpty() {
    assertThat(text("You said: {{ last_sms_reply }}.", Map.of())).isEqualTo("You said: .");
    assertThat(text("Your roof: {{ custom.roof }}.", Map.of("custom", Map.of())))
        .isEqualTo("Your roof: .");
  }

  @Test
  void aContactsWordsAreNoTemplate() {
    assertThat(text("You said {{ last_sms_reply }}", Map.of("last_sms_reply", "{{ first_name }}")))
        .startsWith("TEMPLATE_FAULT");
    assertThat(text("Hi {{ first_name }}", Map.of("first_name", "{% if true %}x{% endif %}")))
        .startsWith("TEMPLATE_FAULT");
    assertThat(text("Hi {{ first_name }}", Map.of("first_name", "A | upcase } } x")))
        .isEqualTo("Hi A | upcase } } x");
  }

  @Test
  void unknownNamesAndFiltersAndBrokenSyntaxAreHeld() {
    assertThat(text("{{ frist_name }}", Map.of())).startsWith("TEMPLATE_FAULT").contains("frist");
    assertThat(text("{{ first_name | shout }}", Map.of("first_name", "x")))
        .startsWith("TEMPLATE_FAULT");
    assertThat(text("{% if first_name %}x", Map.of())).startsWith("TEMPLATE_FAULT");
    assertThat(text("Hi {{ first_name", Map.of())).startsWith("TEMPLATE_FAULT");
    assertThat(text("{% raw %}{{ first_name }}{% endraw %}", Map.of()))
        .startsWith("TEMPLATE_FAULT");
  }

  @Test
  void namesThatTheTemplateBindsAreKnown() {
    assertThat(text("{% assign who = first_name | default: 'you' %}Hi {{ who }}", Map.of()))
        .isEqualTo("Hi you");
    assertThat(text("{% for i in (1..3) %}{{ i }}{{ forloop.index }}{% endfor %}", Map.of()))
        .isEqualTo("112233");
    assertThat(CheckedTemplate.of("{{ 'first_name }}' | append: first_name }} {{ x.y }}").unknown())
        .containsExactly("x.y");
  }

  @Test
  void tooLongIsHeld() {
    assertThat(text("a".repeat(1531), Map.of())).startsWith("TEMPLATE_FAULT").contains("11");
    assertThat(text("a".repeat(1530), Map.of())).hasSize(1530);
    assertThat(templates.sms("  ", Map.of()))
        .isEqualTo(new SmsText.Held(HoldReason.TEMPLATE_FAULT, "The text is empty"));
  }

  @Test
  void whatIsKeptIsBoundByItsLengthNotByItsNumber() {
    var client = new ClientId(UUID.randomUUID());
    var sequence = new SequenceId(UUID.randomUUID());
    var step = new StepId(UUID.randomUUID());
    String large = "Hi {{ first_name }}! " + "a".repeat(90_000);
    for (int version = 1; version <= 60; version++) {
      var key = new Templates.Key(client, sequence, version, step, "html");
      assertThat(templates.render(key, large, Map.of("first_name", "Ann")))
          .isInstanceOf(Templates.Rendered.Text.class);
    }
    assertThat(templates.weight()).isBetween(1L, Templates.KEPT);
  }
}
