package com.omnify.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Tables that are delivered with the code: a row a line, columns parted by tabs. */
public final class ResourceTable {

  private ResourceTable() {}

  /**
   * All rows; blank lines and those that begin with a hash are left out.
   *
   * @param name of a file beside that class
   */
  public static List<String[]> rows(Class<?> beside, String name) {
    try (var stream = beside.getResourceAsStream(name);
        var lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(stream, name), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
