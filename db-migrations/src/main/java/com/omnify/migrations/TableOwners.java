package com.omnify.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Who writes which table and who may read it: the one list that grants come from. */
public final class TableOwners {

  /** The services that have a database role, in the order of the house. */
  public static final List<String> SERVICES =
      List.of("scheduler", "channels", "events", "memory", "healer", "learning", "console");

  /** The tables that every service has for itself. */
  public static final List<String> OWN_TABLES =
      List.of("outbox", "inbox", "dead_letters", "idempotency_keys");

  private TableOwners() {}

  /**
   * One table's rights.
   *
   * @param owners may select, insert, update and delete
   * @param inserters may insert only
   * @param readers may select only
   */
  public record Rights(
      String table, List<String> owners, List<String> inserters, List<String> readers) {}

  /** The list, with each service's own tables. */
  public static List<Rights> load() {
    var rights = new ArrayList<Rights>();
    for (String line : resource().lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("\t");
      if (cells.length != 4) {
        throw new IllegalStateException("table-owners.tsv: four cells expected in '" + line + "'");
      }
      rights.add(new Rights(cells[0], services(cells[1]), services(cells[2]), services(cells[3])));
    }
    for (String service : SERVICES) {
      for (String own : OWN_TABLES) {
        rights.add(new Rights(service + "_" + own, List.of(service), List.of(), readers(own)));
      }
    }
    return List.copyOf(rights);
  }

  /** The scheduler's stuck detector says what waits in outboxes and among dead letters. */
  private static List<String> readers(String own) {
    return switch (own) {
      case "outbox", "dead_letters" -> List.of("scheduler");
      default -> List.of();
    };
  }

  private static List<String> services(String cell) {
    return switch (cell) {
      case "-" -> List.of();
      case "*" -> SERVICES;
      default -> {
        List<String> named = Arrays.asList(cell.split(","));
        if (!SERVICES.containsAll(named)) {
          throw new IllegalStateException("table-owners.tsv: unknown service in '" + cell + "'");
        }
        yield named;
      }
    };
  }

  private static String resource() {
    try (var in =
        Objects.requireNonNull(TableOwners.class.getResourceAsStream("/table-owners.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
