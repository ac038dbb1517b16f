package com.omnify.model.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UuidV7Test {

  /** As PostgreSQL sorts them: by unsigned bytes. */
  private static final Comparator<UUID> BY_BYTES = Comparator.comparing(UUID::toString);

  private static final Instant LATE = Instant.parse("2100-01-01T00:00:00.123Z");

  @Test
  void carriesVersionSevenAndTheRfcsVariant() {
    ids(1_000)
        .forEach(
            id -> {
              assertThat(id.version()).isEqualTo(7);
              assertThat(id.variant()).isEqualTo(2);
            });
  }

  @Test
  void growsWithinAMillisecondAndWhenTheClockGoesBack() {
    var ids =
        IntStream.range(0, 20_000)
            .mapToObj(n -> UuidV7.next(LATE.minus(Duration.ofSeconds(n % 3))))
            .toList();
    assertThat(ids).isSortedAccordingTo(BY_BYTES).doesNotHaveDuplicates();
  }

  @Test
  void saysWhenItWasMade() {
    // later than every id that another test of this class made
    Instant at = Instant.parse("2200-06-01T12:34:56.789Z");
    assertThat(UuidV7.timeOf(UuidV7.next(at))).isEqualTo(at);
  }

  @Test
  void floorIsTheSmallestIdOfItsMillisecond() {
    Instant at = Instant.parse("2300-06-01T12:34:56.789Z");
    var id = UuidV7.next(at);
    assertThat(BY_BYTES.compare(UuidV7.floor(at), id)).isLessThanOrEqualTo(0);
    assertThat(BY_BYTES.compare(UuidV7.floor(at.plusMillis(1)), id)).isPositive();
    assertThat(UuidV7.floor(at).version()).isEqualTo(7);
  }

  @Test
  void threadsNeverMakeTheSame() throws Exception {
    Callable<List<UUID>> some = () -> ids(5_000).toList();
    var all = new HashSet<UUID>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var made : threads.invokeAll(List.of(some, some, some, some))) {
        all.addAll(made.get());
      }
    }
    assertThat(all).hasSize(20_000);
  }

  @Test
  void idHasOneSpelling() {
    assertThat(ClientId.of("01999999-0000-7000-8000-000000000001")).isNotNull();
    assertThatThrownBy(() -> ClientId.of("1-1-1-1-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("36 characters");
    assertThatThrownBy(() -> ContactId.of("01999999-0000-7000-8000-00000000000g"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ContactId");
  }

  private static Stream<UUID> ids(int count) {
    return Stream.generate(() -> UuidV7.next(LATE)).limit(count);
  }
}
