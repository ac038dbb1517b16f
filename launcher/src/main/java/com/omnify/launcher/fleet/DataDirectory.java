package com.omnify.launcher.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the fleet keeps all that outlives it. */
public record DataDirectory(Path root) {

  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** Creates it, readable for its owner and passable for PostgreSQL's user. */
  public void create() throws IOException {
    if (!Files.exists(root)) {
      Files.createDirectories(root.getParent());
      Files.createDirectory(root, mode("rwx--x--x"));
    }
    if (!Files.exists(logs())) {
      Files.createDirectory(logs(), mode("rwx------"));
    }
    Files.createDirectories(aot());
  }

  private static FileAttribute<?> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  public Path postgres() {
    return root.resolve("postgresql");
  }

  public Path kafka() {
    return root.resolve("kafka");
  }

  public Path sandbox() {
    return root.resolve("sandbox");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path log(String member) {
    return logs().resolve(member + ".log");
  }

  /** Further JVM flags of one member, one a line; read whenever it starts. */
  public Path jvmFlags(String member) {
    return root.resolve("jvm").resolve(member);
  }

  public Path aot() {
    return root.resolve("aot");
  }

  public Path secrets() {
    return root.resolve("secrets.properties");
  }

  public Path state() {
    return root.resolve("fleet.json");
  }

  public Path lock() {
    return root.resolve("fleet.lock");
  }

  public Path demo() {
    return root.resolve("demo.json");
  }
}
