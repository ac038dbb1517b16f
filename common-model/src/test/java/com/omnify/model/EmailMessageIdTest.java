package com.omnify.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailMessageIdTest {

  private static final DispatchId DISPATCH = DispatchId.of("01930000-0000-7000-8000-00000000000a");
  private static final ClientId CLIENT = ClientId.of("01930000-0000-7000-8000-00000000000c");
  private static final EmailMessageId ID = new EmailMessageId(DISPATCH, CLIENT, "Mail.Example.com");

  @Test
  void aDispatchAlwaysHasTheSameOne() {
    assertThat(ID)
        .hasToString(
            "<01930000-0000-7000-8000-00000000000a.01930000-0000-7000-8000-00000000000c"
                + "@mail.example.com>");
  }

  @Test
  void isFoundAmongOthers() {
    String references = "<CAF=abc@mail.gmail.com>\r\n " + ID + " <x@y>";
    assertThat(EmailMessageId.in(references)).contains(ID);
    assertThat(EmailMessageId.in(ID.toString().replaceAll("[<>]", ""))).contains(ID);
    assertThat(EmailMessageId.in(ID.toString().toUpperCase(java.util.Locale.ROOT))).contains(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<a@b>",
        "<01930000-0000-7000-8000-00000000000a@example.com>",
        "<01930000-0000-7000-8000-00000000000a.01930000-0000-7000-8000-00000000000c@>",
        "<f01930000-0000-7000-8000-00000000000a.01930000-0000-7000-8000-00000000000c@x.com>",
        "<01930000-0000-7000-8000-00000000000g.01930000-0000-7000-8000-00000000000c@x.com>"
      })
  void othersAreNone(String text) {
    assertThat(EmailMessageId.in(text)).isEmpty();
  }

  @Test
  void aDomainIsChecked() {
    assertThatThrownBy(() -> new EmailMessageId(DISPATCH, CLIENT, "a>\r\nBcc: b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
