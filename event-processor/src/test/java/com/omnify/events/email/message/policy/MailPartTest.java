package com.omnify.events.email.message.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailPartTest {

  private static MailPart read(String mail) {
    return MailPart.read(mail.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void headersAreUnfoldedAndOfAnyCase() {
    MailPart mail = read("SUBJECT: a\r\n\tb\r\nX-Empty:\r\nBroken line\r\nTo:c\r\n\r\nbody");
    assertThat(mail.headers().text("Subject")).isEqualTo("a b");
    assertThat(mail.headers().raw("x-empty")).contains("");
    assertThat(mail.headers().text("to")).isEqualTo("c");
    assertThat(mail.text()).isEqualTo("body");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=?utf-8?B?4pyT?= ok | ✓ ok",
        "=?utf-8?Q?caf=C3=A9_noir?= | café noir",
        "=?iso-8859-1?q?caf=E9?= =?iso-8859-1?q?_noir?= | café noir",
        "=?nonsense?Q?x=E9?= | xé",
        "=?utf-8?X?x?= | =?utf-8?X?x?=",
        "café | café"
      })
  void encodedWordsAreDecoded(String value, String expected) {
    assertThat(read("Subject: " + value + "\n\n").headers().text("subject")).isEqualTo(expected);
  }

  @Test
  void bodiesAreDecoded() {
    assertThat(read("Content-Transfer-Encoding: quoted-printable\n\na=C3=A9=\nb =\r\nc=zz").text())
        .isEqualTo("aéb c=zz");
    assertThat(read("Content-Transfer-Encoding: BASE64\n\n4p\nyT").text()).isEqualTo("✓");
    assertThat(
            MailPart.read(
                    "Content-Type: text/plain; charset=\"ISO-2022-JP\"\n\nこんにちは"
                        .getBytes(Charset.forName("ISO-2022-JP")))
                .text())
        .isEqualTo("こんにちは");
    assertThat(MailPart.read("\nCaf\u00e9".getBytes(StandardCharsets.ISO_8859_1)).text())
        .isEqualTo("Café");
  }

  @Test
  void partsAreFoundInOrder() {
    MailPart mail =
        read(
            """
            From nobody Tue Nov 24
            Content-Type: multipart/mixed; boundary="a b"

            preamble
            --a b
            Content-Type: multipart/alternative; boundary=c

            --c
            Content-Type: text/html

            <p>no</p>
            --c

            yes
            --c--
            --a b
            Content-Type: message/rfc822

            Subject: inner

            text
            --a b--
            --a b
            after
            """);
    assertThat(mail.walk().map(MailPart::type).toList())
        .isEqualTo(
            List.of(
                "multipart/mixed",
                "multipart/alternative",
                "text/html",
                "text/plain",
                "message/rfc822"));
    assertThat(mail.readable().strip()).isEqualTo("yes");
    assertThat(mail.parts().getLast().parts().getFirst().headers().text("subject"))
        .isEqualTo("inner");
  }

  @Test
  void anUnendedPartEndsWithTheMail() {
    assertThat(read("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx").readable())
        .isEqualTo("x");
  }
}
