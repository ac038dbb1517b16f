package com.omnify.memory.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.model.PhoneType;
import com.omnify.testkit.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PhoneReadingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+12065550100",
        "206-555-0100",
        "(206) 555-0100",
        "1 206 555 0100",
        "206.555.0100",
        "tel:+1-206-555-0100",
        "１ ２０６ 555 0100"
      })
  void oneNumberHasOneSpelling(String text) {
    assertThat(PhoneReading.read(text, "US"))
        .isEqualTo(
            new PhoneReading.Valid(
                "+12065550100", PhoneType.UNKNOWN, List.of("America/Los_Angeles")));
  }

  @ParameterizedTest
  @CsvSource({
    "hello, is not a phone number",
    "12, has too few digits",
    "5550100, lacks its area code",
    "+120655501001234567, has too many digits",
    "+999 12345678, has a country code that does not exist",
    "000-555-0100, is no number that exists in US",
    "+1 555 555 0100, is no number that exists in US",
    "206-555-0100 ext. 12, 'has an extension, which neither SMS nor calls can reach'",
  })
  void impossibleNumbersSayWhatIsWrong(String text, String message) {
    assertThat(PhoneReading.read(text, "US"))
        .isInstanceOfSatisfying(
            PhoneReading.Invalid.class,
            invalid -> {
              assertThat(invalid.message()).isEqualTo(message);
              assertThat(invalid.fix()).isNotBlank();
            });
  }

  @Test
  void tollFreeNumberLiesNowhere() {
    assertThat(PhoneReading.read("+18002345678", "US"))
        .isEqualTo(new PhoneReading.Valid("+18002345678", PhoneType.UNKNOWN, List.of()));
  }

  @Test
  void kindOfLineIsKnownWhereRangesTellIt() {
    assertThat(PhoneReading.read("+447400123456", "US"))
        .isInstanceOfSatisfying(
            PhoneReading.Valid.class,
            valid -> {
              assertThat(valid.type()).isEqualTo(PhoneType.MOBILE);
              assertThat(valid.timeZones()).contains("Europe/London", "Europe/Jersey");
            });
    assertThat(PhoneReading.read("+442079460000", "US"))
        .isInstanceOfSatisfying(
            PhoneReading.Valid.class,
            valid -> assertThat(valid.type()).isEqualTo(PhoneType.LANDLINE));
  }

  @Test
  void numbersOfFixturesCanExist() {
    assertThat(PhoneReading.read(Fixtures.phone(), "US")).isInstanceOf(PhoneReading.Valid.class);
  }

  @Test
  void publishedExamplesAreRead() throws Exception {
    Path examples = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("shared/data/phone/libphonenumber_examples.json");
      if (Files.exists(file)) {
        examples = file;
        break;
      }
    }
    assumeTrue(examples != null, "the published examples are not here");
    var wrong = new ArrayList<String>();
    int seen = 0;
    for (JsonNode each : JsonMapper.shared().readTree(Files.readString(examples))) {
      String e164 = each.get("e164").asString();
      seen++;
      if (!(PhoneReading.read(e164, "US") instanceof PhoneReading.Valid valid)
          || !valid.e164().equals(e164)) {
        wrong.add(e164);
        continue;
      }
      var zones = each.get("zones").valueStream().map(JsonNode::asString).toList();
      if (!valid.timeZones().isEmpty() && !valid.timeZones().equals(zones)) {
        wrong.add(e164 + valid.timeZones());
      }
    }
    assertThat(seen).isGreaterThan(500);
    assertThat(wrong).isEmpty();
  }
}
