package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProgramTest {

  private static final JavaProgram PROGRAM =
      new JavaProgram("one", "Main", "a.jar", List.of("-Xmx128m"));

  @TempDir private Path directory;

  @Test
  void whatAnOperatorWroteDownComesAfterTheUsualFlags() throws Exception {
    Path file = Files.writeString(directory.resolve("one"), "# bigger\n\n  -Xmx1g \n-Da=b\n");
    assertThat(PROGRAM.withFlagsOf(file).flags()).containsExactly("-Xmx128m", "-Xmx1g", "-Da=b");
  }

  @Test
  void withoutAFileItIsTheSame() throws Exception {
    assertThat(PROGRAM.withFlagsOf(directory.resolve("none"))).isSameAs(PROGRAM);
  }
}
