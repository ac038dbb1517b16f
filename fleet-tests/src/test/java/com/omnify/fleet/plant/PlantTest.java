package com.omnify.fleet.plant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each plant still finds, in the services as they are compiled now, what it is to change: one that
 * no longer does must be rewritten with the code that it breaks.
 */
class PlantTest {

  static Stream<Arguments> edits() {
    return Stream.of(Plant.values())
        .flatMap(plant -> plant.edits().stream().map(edit -> Arguments.of(plant.title(), edit)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("edits")
  void everyEditFindsItsPlaceAndLeavesAClassThatVerifies(String plant, Edit edit)
      throws IOException {
    byte[] compiled = compiled(edit.className());
    byte[] changed = edit.apply(compiled, PlantTest.class.getClassLoader());
    assertThat(changed).isNotNull().isNotEqualTo(compiled);
    // without the libraries of the services nothing can be said about the types in their methods
    assertThat(ClassFile.of().parse(changed).thisClass().asInternalName())
        .isEqualTo(edit.className());
  }

  @Test
  void aTextThatIsNotThereChangesNothing() throws IOException {
    var edit = new Edit.Text("com/omnify/channels/fence/Fence", "no such text", "");
    assertThat(edit.apply(compiled(edit.className()), PlantTest.class.getClassLoader())).isNull();
  }

  @Test
  void plantsAreFoundByTheirTitles() {
    assertThat(List.of(Plant.values()))
        .allSatisfy(plant -> assertThat(Plant.named(plant.title())).contains(plant));
    assertThat(Plant.named("none")).isEmpty();
  }

  private static byte[] compiled(String className) throws IOException {
    try (var in = PlantTest.class.getClassLoader().getResourceAsStream(className + ".class")) {
      assertThat(in).as(className).isNotNull();
      return in.readAllBytes();
    }
  }
}
