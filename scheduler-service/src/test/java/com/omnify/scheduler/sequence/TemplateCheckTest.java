package com.omnify.scheduler.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.PublishLint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateCheckTest {

  private static List<PublishLint.Finding> check(String template) {
    var problems = new Problems();
    TemplateCheck.check(template, "body", problems);
    return problems.all();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi there",
        "Hi {{ first_name | default: \"there\" }}, {{client_name}} here",
        "{{ custom.roof_type }} {{ custom['roof_age'] }}",
        "{% if company %}{{ company }}{% else %}{{ last_name }}{% endif %}",
        "{% assign who = first_name | capitalize %}Hi {{ who }}",
        "{% capture sign %}{{ client_name }}{% endcapture %}{{ sign }}",
        "{% for i in (1..3) %}{{ i }}{{ forloop.index }}{% endfor %}",
        "{% case last_channel_used %}{% when 'sms' %}a{% else %}b{% endcase %}",
        "{% comment %}{{ nobody_knows }}{% endcomment %}Hi",
        "{% raw %}{{ not_a_variable }}{% endraw %}",
        "{{ 'literal' | upcase }} {{ 3 | plus: 4 }}",
        "{{ interaction_count }}{% unless last_sms_reply == blank %}!{% endunless %}"
      })
  void acceptsWhatCanBeRendered(String template) {
    assertThat(check(template)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ frist_name }}",
        "{{ contact.first_name }}",
        "{% if frist_name %}x{% endif %}",
        "{{ first_name | append: surname }}",
        "{% assign who = surname %}{{ who }}",
        "{% for tag in tags %}{{ tag }}{% endfor %}",
        "{{ custom }}",
        "{{ first_name | shout }}",
        "{{ first_name ",
        "{% if first_name %}x",
        "{% unknown %}",
        "{% include 'other' %}"
      })
  void refusesWhatCannot(String template) {
    assertThat(check(template)).isNotEmpty();
  }

  @Test
  void saysWhatMayHaveBeenMeant() {
    var finding = check("Hi {{ frist_name }}").getFirst();
    assertThat(finding.message()).isEqualTo("unknown variable 'frist_name'");
    assertThat(finding.fix()).startsWith("did you mean 'first_name'");
  }
}
