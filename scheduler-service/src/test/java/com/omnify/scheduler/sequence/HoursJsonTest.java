package com.omnify.scheduler.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.SendWindow;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.testkit.TestJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoursJsonTest {

  private final Problems problems = new Problems();

  private static Map<String, List<HoursJson.SpanBody>> monday(String from, String to) {
    return Map.of("mon", List.of(new HoursJson.SpanBody(from, to)));
  }

  @Test
  void theSenderReadsWhatIsWritten() {
    var hours = HoursJson.read(monday("09:00", "24:00"), "send_window", problems);
    assertThat(problems.isEmpty()).isTrue();
    String stored = TestJson.MAPPER.writeValueAsString(HoursJson.write(hours));
    assertThat(TestJson.MAPPER.readValue(stored, SendWindow.class).days().get("mon"))
        .containsExactly(new SendWindow.Span("09:00", "24:00"));
  }

  @Test
  void timesAreWholeMinutes() {
    HoursJson.read(monday("09:00:30", "18:00"), "send_window", problems);
    assertThat(problems.all())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.field()).isEqualTo("send_window.mon[0].from");
              assertThat(found.message()).contains("finer than a minute");
            });
  }
}
