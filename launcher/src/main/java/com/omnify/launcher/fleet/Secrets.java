package com.omnify.launcher.fleet;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;

/**
 * What nobody else may know: made once, kept in a file that only its owner reads. A value in the
 * environment wins over the file and is not written to it.
 *
 * @param tokenSecret base64 of 32 random bytes: signs the gateway's short-lived tokens
 * @param bootstrapKey the platform's API key
 */
public record Secrets(
    String tokenSecret,
    String bootstrapKey,
    String adminEmail,
    String adminPassword,
    String databaseAdminPassword,
    String databaseServicePassword) {

  private static final String PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

  /** Reads the file, filling in what is missing. */
  public static Secrets load(Path file, Map<String, String> environment) throws IOException {
    var kept = new Properties();
    if (Files.exists(file)) {
      try (var reader = Files.newBufferedReader(file)) {
        kept.load(reader);
      }
    }
    var random = new SecureRandom();
    int before = kept.size();
    kept.putIfAbsent("token_secret", Base64.getEncoder().encodeToString(bytes(random, 32)));
    kept.putIfAbsent(
        "bootstrap_key",
        "omk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random, 32)));
    kept.putIfAbsent("admin_email", "admin@omnify.local");
    kept.putIfAbsent("admin_password", password(random, 16));
    kept.putIfAbsent("database_admin_password", password(random, 32));
    kept.putIfAbsent("database_service_password", password(random, 32));
    if (kept.size() != before) {
      write(file, kept);
    }
    return new Secrets(
        environment.getOrDefault("OMNIFY_TOKEN_SECRET", kept.getProperty("token_secret")),
        environment.getOrDefault("OMNIFY_BOOTSTRAP_KEY", kept.getProperty("bootstrap_key")),
        environment.getOrDefault("OMNIFY_ADMIN_EMAIL", kept.getProperty("admin_email")),
        environment.getOrDefault("OMNIFY_ADMIN_PASSWORD", kept.getProperty("admin_password")),
        kept.getProperty("database_admin_password"),
        environment.getOrDefault(
            "OMNIFY_DB_PASSWORD", kept.getProperty("database_service_password")));
  }

  private static void write(Path file, Properties secrets) throws IOException {
    var text = new StringWriter();
    secrets.store(text, null);
    writePrivately(file, text.toString());
  }

  /** Writes a whole file that only its owner may read. */
  public static void writePrivately(Path file, String text) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    var written =
        Files.createTempFile(file.toAbsolutePath().getParent(), ".secret-", ".tmp", ownerOnly);
    Files.writeString(written, text);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] bytes(SecureRandom random, int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String password(SecureRandom random, int length) {
    return random
        .ints(length, 0, PASSWORD_LETTERS.length())
        .mapToObj(PASSWORD_LETTERS::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }

  /** Never the secrets themselves: records are printed by accident. */
  @Override
  public String toString() {
    return "Secrets[" + adminEmail + "]";
  }
}
