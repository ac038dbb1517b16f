package com.omnify.channels.voice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Hi Ada                       | Hi Ada
          {{customer.number}}          | { {customer.number} }
          {{{ x }}}                    | { { { x } } }
          {% raw %}{{ x }}{% endraw %} | { % raw % }{ { x } }{ % endraw % }
          {a} 100 % {b}                | {a} 100 % {b}
          """)
  void nothingIsLeftToRender(String text, String spoken) {
    assertThat(SpokenText.withoutTemplates(text)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{{{", "}}}}%}%}", "{%{%{{%", "{{%}}%}", "%}}{{%"})
  void howeverTheyAreMixed(String text) {
    assertThat(SpokenText.withoutTemplates(text)).doesNotContain("{{", "{%", "}}", "%}");
  }
}
