package com.omnify.migrations;

/**
 * The runner for deployments: {@code OMNIFY_DB_URL}, {@code OMNIFY_ADMIN_DB_USER}, … from the
 * environment.
 */
public final class MigrationsMain {

  private MigrationsMain() {}

  public static void main(String[] args) {
    Migrations.migrate(
        variable("OMNIFY_DB_URL"),
        variable("OMNIFY_DB_ADMIN_USER"),
        variable("OMNIFY_DB_ADMIN_PASSWORD"),
        variable("OMNIFY_DB_PASSWORD"));
    System.out.println("The schema stands at version " + Migrations.SCHEMA_VERSION);
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      System.err.println("Set " + name);
      System.exit(2);
      throw new IllegalStateException();
    }
    return value;
  }
}
