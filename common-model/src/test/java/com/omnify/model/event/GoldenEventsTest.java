package com.omnify.model.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.PhoneType;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DeliveryEvent.DispatchCancelled;
import com.omnify.model.event.DeliveryEvent.DispatchRejected;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingEvent.PhoneLearned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was said once must be understood for ever: topics keep events for days, dead letters for
 * longer. The files in {@code events/} are only ever added to.
 */
class GoldenEventsTest {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  static List<Path> files() throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/events"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void goldenFileIsReadAndWrittenBackWhole(Path file) {
    JsonNode golden = json(file);
    Class<? extends Event> family = familyOf(golden.get("type").stringValue());

    Event event = MAPPER.treeToValue(golden, family);

    assertThat(MAPPER.readTree(MAPPER.writeValueAsString(event))).isEqualTo(golden);
    assertThat(event.topic().carries()).isEqualTo(family);
    assertThat(event.key()).isEqualTo(keyIn(golden));
    assertThat(file.getFileName().toString()).startsWith(golden.get("type").stringValue());
  }

  @Test
  void everyTypeOfEventHasAGoldenFile() throws IOException {
    var withFile = new TreeSet<String>();
    files().forEach(file -> withFile.add(json(file).get("type").stringValue()));
    var types = new TreeSet<>(types().map(GoldenEventsTest::nameOf).toList());
    assertThat(withFile).isEqualTo(types);
  }

  @Test
  void everyHealingOrderHasAGoldenFile() throws IOException {
    var withFile = new TreeSet<String>();
    for (Path file : files()) {
      if (json(file).has("order")) {
        withFile.add(json(file).get("order").get("action").stringValue());
      }
    }
    var orders = Arrays.stream(HealingOrder.class.getPermittedSubclasses());
    assertThat(withFile).isEqualTo(new TreeSet<>(orders.map(GoldenEventsTest::nameOf).toList()));
  }

  @Test
  void everyTypeIsRegisteredWithItsFamily() {
    types()
        .forEach(
            type -> {
              var family = type.getInterfaces()[0];
              var registered =
                  Arrays.stream(family.getAnnotation(JsonSubTypes.class).value())
                      .map(JsonSubTypes.Type::value);
              assertThat(registered).as(family.getSimpleName()).contains(type);
            });
  }

  @Test
  void newChoicesOfALaterReleaseAreReadAsTheDefault() {
    assertThat(read("dispatch.rejected.v1", "failure", DispatchRejected.class).failure())
        .isEqualTo(FailureType.OTHER);
    assertThat(read("dispatch.cancelled.v1", "reason", DispatchCancelled.class).reason())
        .isEqualTo(HoldReason.OTHER);
    assertThat(read("phone.learned.v1", "phone_type", PhoneLearned.class).phoneType())
        .isEqualTo(PhoneType.UNKNOWN);
    // the lowest rank: a status that we do not know must not undo one that we do
    assertThat(read("delivery.reported.v1", "status", DeliveryReported.class).status())
        .isEqualTo(DeliveryStatus.QUEUED);
    assertThat(read("healing.ordered.v1", "failure", HealingOrdered.class).failure())
        .isEqualTo(FailureType.OTHER);
  }

  @Test
  void newFieldsOfALaterReleaseAreSkipped() {
    var json = (ObjectNode) json(file("dispatch.expired.v1"));
    json.put("said_by", "a later release");
    assertThat(MAPPER.treeToValue(json, DeliveryEvent.class))
        .isInstanceOf(DeliveryEvent.DispatchExpired.class);
  }

  private static <E extends Event> E read(String type, String field, Class<E> as) {
    var json = (ObjectNode) json(file(type));
    json.put(field, "invented_later");
    return as.cast(MAPPER.treeToValue(json, familyOf(type)));
  }

  private static Path file(String type) {
    return Path.of("src/test/resources/events", type + ".json");
  }

  private static JsonNode json(Path file) {
    try {
      return MAPPER.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String keyIn(JsonNode golden) {
    JsonNode inner = golden.has("dispatch") ? golden.get("dispatch") : golden;
    return inner.get(inner.hasNonNull("contact_id") ? "contact_id" : "identity_hash").stringValue();
  }

  @SuppressWarnings("unchecked")
  private static Class<? extends Event> familyOf(String type) {
    return types()
        .filter(each -> nameOf(each).equals(type))
        .map(each -> (Class<? extends Event>) each.getInterfaces()[0])
        .findFirst()
        .orElseThrow(() -> new AssertionError("no event is called " + type));
  }

  private static Stream<Class<?>> types() {
    return Arrays.stream(Event.class.getPermittedSubclasses())
        .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));
  }

  private static String nameOf(Class<?> type) {
    return type.getAnnotation(JsonTypeName.class).value();
  }
}
