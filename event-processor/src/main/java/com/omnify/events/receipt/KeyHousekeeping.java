package com.omnify.events.receipt;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class KeyHousekeeping {

  @Bean
  Loop receiptKeyHousekeeping(Transactions transactions, Receipts receipts, RealClock clock) {
    return Loop.named("receipt-key-housekeeping")
        .every(Duration.ofMinutes(10))
        .running(() -> transactions.inBackground(() -> receipts.purgeKeys(clock.now())));
  }
}
