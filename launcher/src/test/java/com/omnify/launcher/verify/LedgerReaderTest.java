package com.omnify.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.launcher.verify.policy.Evidence.CallEnd;
import com.omnify.launcher.verify.policy.Evidence.LedgerAccept;
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
    var accepts = LedgerReader.parse(stream(text)).accepts();
    assertThat(accepts).hasSize(2);
    assertThat(accepts.getFirst().body()).isEqualTo("grüezi");
    assertThat(accepts.getFirst().channel()).isEqualTo("sms");
    assertThat(accepts.getLast().dispatchId()).isNull();
    assertThat(accepts.getLast().channel()).isEqualTo("email");
    assertThat(accepts.getLast().messageId()).isEqualTo("a.b@c");
    assertThat(accepts.getLast().subject()).isEqualTo("Hi");
  }

  @Test
  void readsOfACallItsFirstWordsAndHowItEnded() throws Exception {
    var text =
        """
        {"seq":1,"kind":"accepted","channel":"voice","dispatch_id":"a","sid":"c","body":"{\\"assistant\\":{\\"firstMessage\\":\\"Hello\\"},\\"assistantOverrides\\":{}}"}
        {"seq":2,"kind":"accepted","channel":"voice","dispatch_id":"b","sid":"d","body":"{\\"assistantId\\":\\"x\\"}"}
        {"seq":3,"kind":"ended","channel":"voice","dispatch_id":"a","detail":"ended=customer-busy seconds=7 answered=false"}
        """;
    var ledger = LedgerReader.parse(stream(text));
    assertThat(ledger.accepts()).extracting(LedgerAccept::body).containsExactly("Hello", null);
    assertThat(ledger.callEnds()).containsExactly(new CallEnd("a", "customer-busy", 7));
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
