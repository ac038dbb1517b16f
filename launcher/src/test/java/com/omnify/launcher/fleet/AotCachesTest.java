package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCachesTest {

  @TempDir Path directory;
  private AotCaches caches;
  private JavaProgram program;

  @BeforeEach
  void aProgramInAJar() throws Exception {
    var jar = directory.resolve("ends.jar");
    var name = Ends.class.getName().replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var in = Ends.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
    }
    caches = new AotCaches(directory.resolve("aot"), directory.resolve("aot.log"), true);
    program =
        new JavaProgram("ends", Ends.class.getName(), jar.toString(), List.of("-XX:+UseSerialGC"));
  }

  private boolean train() throws Exception {
    return caches.train(program, List.of(), List.of(), Map.of());
  }

  private int run(Path cache) throws Exception {
    return new ProcessBuilder(program.command(cache, List.of(), List.of()))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("run.log").toFile())
        .start()
        .waitFor();
  }

  @Test
  void aCacheIsTrainedOnceAndADamagedOneNeitherStopsAStartNorStays() throws Exception {
    assertThat(caches.find(program)).isEmpty();
    assertThat(train()).isTrue();
    var cache = caches.find(program).orElseThrow();
    assertThat(run(cache)).isZero();
    assertThat(train()).as("it is there already").isFalse();

    Files.write(cache, new byte[1000]);
    assertThat(run(cache)).isZero();
    assertThat(train()).as("the damaged one is replaced").isTrue();
    assertThat(Files.size(caches.find(program).orElseThrow())).isGreaterThan(1000);
  }

  @Test
  void anotherClassPathIsAnotherProgram() throws Exception {
    var other =
        new JavaProgram("ends", program.mainClass(), "elsewhere.jar", program.flags()).cacheKey();
    assertThat(program.cacheKey()).isNotEqualTo(other).isEqualTo(program.cacheKey());
  }

  @Test
  void nothingIsKeptOfATrainingThatFails() throws Exception {
    var broken = new JavaProgram("broken", "no.such.Main", program.classPath(), program.flags());
    assertThat(caches.train(broken, List.of(), List.of(), Map.of())).isFalse();
    assertThat(caches.find(broken)).isEmpty();
    try (var files = Files.list(directory.resolve("aot"))) {
      assertThat(files).isEmpty();
    }
  }
}
