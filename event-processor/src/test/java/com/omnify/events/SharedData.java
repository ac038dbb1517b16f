package com.omnify.events;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Public material that lies beside the repository on some machines: suites run where it does. */
public final class SharedData {

  private SharedData() {}

  /** The file or directory; without it the calling test is skipped. */
  public static Path of(String name) {
    Path found = find(name);
    assumeThat(found).as("shared data " + name).isNotNull();
    return found == null ? Path.of(name) : found;
  }

  private static @Nullable Path find(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path data = at.resolve("shared/data").resolve(name);
      if (Files.exists(data)) {
        return data;
      }
    }
    return null;
  }
}
