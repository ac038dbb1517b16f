package com.omnify.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TemplateVariablesTest {

  @Test
  void knowsPlainAndCustomNames() {
    assertThat(TemplateVariables.known("first_name")).isTrue();
    assertThat(TemplateVariables.known("custom.roof_type")).isTrue();
    assertThat(TemplateVariables.known("custom.")).isFalse();
    assertThat(TemplateVariables.known("contact.first_name")).isFalse();
  }

  @Test
  void offersWhatTheAuthorMayHaveMeant() {
    assertThat(TemplateVariables.near("frist_name").getFirst()).isEqualTo("first_name");
    assertThat(TemplateVariables.near("firstName")).contains("first_name");
    assertThat(TemplateVariables.near("contact.last_name")).contains("last_name");
    assertThat(TemplateVariables.near("name")).contains("first_name");
    assertThat(TemplateVariables.near("qqqqqqqqqqqq")).isEmpty();
  }

  @Test
  void namesAndAddressesAreIdentity() {
    assertThat(TemplateVariables.isIdentity("first_name")).isTrue();
    assertThat(TemplateVariables.isIdentity("last_sms_reply")).isFalse();
    assertThat(TemplateVariables.isIdentity("custom.roof_type")).isFalse();
  }
}
