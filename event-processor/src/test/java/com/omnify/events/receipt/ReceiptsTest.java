package com.omnify.events.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestFleet;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class ReceiptsTest {

  @Test
  void keysAreForgottenAfterAWeek() {
    var client = TestFleet.fixtures().client();
    var now = Instant.now();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.receipt_keys (client_id, provider, key, received_at)
            SELECT :client, 'twilio', 'old-' || n, now() - interval '8 days' FROM generate_series(1, 6000) n
            UNION ALL SELECT :client, 'twilio', 'young', now() - interval '6 days'
            """)
        .param("client", client.value())
        .update();
    var source = TestFleet.database().as("events");
    var receipts = new Receipts(JdbcClient.create(source), new Ids(() -> now));
    var transactions = new Transactions(source, "events");
    assertThat(transactions.inBackground(() -> receipts.purgeKeys(now))).isTrue();
    assertThat(transactions.inBackground(() -> receipts.purgeKeys(now))).isFalse();
    assertThat(TestFleet.database().lines("SELECT key FROM omnify.receipt_keys"))
        .containsExactly("young");
    assertThat(transactions.inClient(client, () -> receipts.firstTime(client, "twilio", "young")))
        .isFalse();
    assertThat(Receipts.KEYS_KEPT).isEqualTo(Duration.ofDays(7));
  }
}
