package com.omnify.fleet.plant;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Plants a bug while the classes are loaded: {@code -javaagent:fleet-tests.jar=TITLE,FILE}. Writes
 * a line into the file for each change that it really made. Needs nothing but the JDK.
 */
public final class PlantAgent {

  private PlantAgent() {}

  /** Called by the JVM before the service's own main. */
  public static void premain(String argument, Instrumentation jvm) {
    int comma = argument.indexOf(',');
    Plant plant = Plant.named(argument.substring(0, comma)).orElseThrow();
    Path marks = Path.of(argument.substring(comma + 1));
    jvm.addTransformer(new Planting(plant, marks));
  }

  /** The line that stands in the file for a change. */
  public static String mark(Edit edit) {
    return edit.toString().replace("\n", " ");
  }

  private record Planting(Plant plant, Path marks) implements ClassFileTransformer {
    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        @Nullable String className,
        @Nullable Class<?> redefined,
        @Nullable ProtectionDomain domain,
        byte[] compiled) {
      byte[] current = compiled;
      boolean changed = false;
      for (Edit edit : plant.edits()) {
        if (edit.className().equals(className)) {
          byte[] next = edit.apply(current, loader);
          if (next != null) {
            current = next;
            changed = true;
            write(mark(edit));
          }
        }
      }
      return changed ? current : null;
    }

    private void write(String line) {
      try {
        Files.writeString(marks, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new IllegalStateException("the planted change cannot be put on record", e);
      }
    }
  }
}
