package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathsTest {

  @TempDir Path directory;
  private Path project;

  @BeforeEach
  void twoModulesShareALibrary() throws Exception {
    project = directory.resolve("project");
    var shared = write(directory.resolve("repository/a/lib-1.jar"), "shared");
    var other = write(directory.resolve("repository/b/lib-1.jar"), "of the same name");
    module("one", shared, other);
    module("two", shared);
  }

  private void module(String name, Path... libraries) throws IOException {
    write(project.resolve(name + "/target/" + name + "-0.1.0.jar"), name);
    write(project.resolve(name + "/target/" + name + "-0.1.0-sources.jar"), "sources");
    write(
        project.resolve(name).resolve(ClassPaths.LIST),
        String.join(File.pathSeparator, List.of(libraries).stream().map(Path::toString).toList()));
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void ownJarComesFirstAndLibrariesOfOneNameStayApart() throws Exception {
    var paths = new ClassPaths(project).gather(List.of("one", "two"));
    var one = paths.get("one").split(File.pathSeparator);
    assertThat(one).hasSize(3);
    assertThat(one[0]).endsWith("one-0.1.0.jar");
    assertThat(Files.readString(Path.of(one[1]))).isEqualTo("shared");
    assertThat(Files.readString(Path.of(one[2]))).isEqualTo("of the same name");
    assertThat(paths.get("two").split(File.pathSeparator)[1]).isEqualTo(one[1]);
  }

  @Test
  void aRebuiltButEqualJarKeepsItsTime() throws Exception {
    var classPaths = new ClassPaths(project);
    var before = Path.of(classPaths.gather(List.of("one")).get("one").split(File.pathSeparator)[0]);
    var time = Files.getLastModifiedTime(before);
    Files.setLastModifiedTime(
        project.resolve("one/target/one-0.1.0.jar"), FileTime.from(Instant.EPOCH));
    classPaths.gather(List.of("one"));
    assertThat(Files.getLastModifiedTime(before)).isEqualTo(time);
    write(project.resolve("one/target/one-0.1.0.jar"), "changed");
    classPaths.gather(List.of("one"));
    assertThat(Files.readString(before)).isEqualTo("changed");
  }

  @Test
  void aModuleThatWasNotBuiltIsNamed() {
    assertThatThrownBy(() -> new ClassPaths(project).gather(List.of("three")))
        .hasMessageContaining("three has not been built");
  }
}
