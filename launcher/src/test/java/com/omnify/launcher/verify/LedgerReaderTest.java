package com.omnify.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LedgerReaderTest {

  @Test
  void readsAcceptsAndLeavesTheRest() throws Exception {
    var text =
        """
        {"seq":1,"kind":"refused","to":"+1303","status_code":429}
        {"seq":2,"kind":"accepted","dispatch_id":"0199","sid":"SM1","to":"+1303","from":"+1212","body":"grüezi"}

        {"seq":3,"kind":"accepted","channel":"email","dispatch_id":null,"sid":"4F","subject":"Hi","detail":"persona=opens message_id=a.b@c reply_to=d@e"}
        """;
    var accepts = LedgerReader.parse(stream(text));
    assertThat(accepts).hasSize(2);
    assertThat(accepts.getFirst().body()).isEqualTo("grüezi");
    assertThat(accepts.getFirst().channel()).isEqualTo("sms");
    assertThat(accepts.getLast().dispatchId()).isNull();
    assertThat(accepts.getLast().channel()).isEqualTo("email");
    assertThat(accepts.getLast().messageId()).isEqualTo("a.b@c");
    assertThat(accepts.getLast().subject()).isEqualTo("Hi");
  }

  @Test
  void aTornLineIsNamed() {
    assertThatThrownBy(() -> LedgerReader.parse(stream("{\"seq\":1}\n{\"se")))
        .hasMessageContaining("line 2");
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
