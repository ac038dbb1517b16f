package com.omnify.kit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  @Test
  void comesBackAsItWent() {
    assertThat(Cursor.decode(Cursor.encode("2026-01-01T00:00:00Z", "", "é"), 3))
        .containsExactly("2026-01-01T00:00:00Z", "", "é");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%%%", "AAAA", "_____w", "dHdvH3BhcnRz"})
  void othersAreAProblem(String cursor) {
    assertThatThrownBy(() -> Cursor.uuid(Cursor.decode(cursor, 1).getFirst()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("cursor");
  }

  @Test
  void aPageThatIsFullSaysWhereItGoesOn() {
    assertThat(Page.of(List.of("a", "b", "c"), 2, last -> "after " + last))
        .isEqualTo(new Page<>(List.of("a", "b"), "after b"));
    assertThat(Page.of(List.of("a", "b"), 2, last -> last).nextCursor()).isNull();
  }
}
