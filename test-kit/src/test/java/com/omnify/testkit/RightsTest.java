package com.omnify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.migrations.TableOwners;
import com.omnify.migrations.TableOwners.Rights;
import com.omnify.model.id.UuidV7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every table, every verb, as every service, for its own client, for another's, for nobody's and in
 * the background: the database answers what the list of owners says. Made from the catalog, so a
 * new table is never left out.
 */
@OmnifyTest
class RightsTest {

  private static final Logger LOG = LoggerFactory.getLogger(RightsTest.class);

  private static final UUID MINE = UuidV7.next(Instant.now());
  private static final UUID OTHER = UuidV7.next(Instant.now());

  enum Verb {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    /** An update that hands a row to another client. */
    GIVE_AWAY
  }

  /** On whose behalf a row of {@link #MINE} is touched. */
  enum Scope {
    OWN,
    OTHERS,
    NOBODYS,
    BACKGROUND
  }

  enum Answer {
    DONE,
    /** Allowed, and there is no such row. */
    NO_ROW,
    /** The grant is missing. */
    DENIED,
    /** The grant is there, and the row is another client's. */
    NOT_YOURS
  }

  /**
   * A table of the catalog.
   *
   * @param client the column with the client, empty where the table has none
   * @param insert a statement that inserts one row of {@link #MINE}
   */
  record Table(Rights rights, Optional<String> client, String insert, String anyColumn) {}

  @Test
  void databaseAnswersWhatTheListOfOwnersSays(TestDatabase database) throws SQLException {
    List<Table> tables = tables(database);
    var counts = new EnumMap<Answer, Integer>(Answer.class);
    List<String> wrong = wrongAnswers(database, tables, counts);
    LOG.info(
        "{} tables, {} services, {} attempts: {}",
        tables.size(),
        TableOwners.SERVICES.size(),
        counts.values().stream().mapToInt(Integer::intValue).sum(),
        new TreeMap<>(counts));
    assertThat(wrong).isEmpty();
    assertThat(counts.keySet()).containsExactlyInAnyOrder(Answer.values());

    // That it can fail: without its policies a table shows everybody's rows.
    database.admin().sql("ALTER TABLE contacts DISABLE ROW LEVEL SECURITY").update();
    List<Table> contacts =
        tables.stream().filter(table -> table.rights().table().equals("contacts")).toList();
    assertThat(wrongAnswers(database, contacts, counts))
        .contains(
            "scheduler SELECT contacts for OTHERS: DONE, not NO_ROW",
            "memory DELETE contacts for NOBODYS: DONE, not NO_ROW",
            "memory GIVE_AWAY contacts for OWN: DONE, not NOT_YOURS");
    database.admin().sql("ALTER TABLE contacts ENABLE ROW LEVEL SECURITY").update();
  }

  private static List<String> wrongAnswers(
      TestDatabase database, List<Table> tables, Map<Answer, Integer> counts) throws SQLException {
    var wrong = new ArrayList<String>();
    for (String service : TableOwners.SERVICES) {
      try (var connection = database.as(service).getConnection()) {
        connection.setAutoCommit(false);
        for (Table table : tables) {
          for (Verb verb : Verb.values()) {
            if (verb == Verb.GIVE_AWAY && table.client().isEmpty()) {
              continue;
            }
            for (Scope scope : Scope.values()) {
              Answer answer = attempt(connection, service, table, verb, scope);
              Answer expected = expected(service, table, verb, scope);
              counts.merge(answer, 1, Integer::sum);
              if (answer != expected) {
                wrong.add(
                    "%s %s %s for %s: %s, not %s"
                        .formatted(service, verb, table.rights().table(), scope, answer, expected));
              }
            }
          }
        }
      }
    }
    return wrong;
  }

  /** What the catalog says of it, {@link CatalogTest} compares: here it is tried. */
  @Test
  void partitionsAreReachedThroughTheirParentsOnly(TestDatabase database) throws SQLException {
    List<String> partitions =
        database.lines(
            """
            SELECT format('%I.%I', relnamespace::regnamespace, relname) FROM pg_class WHERE relispartition AND relkind = 'r'
            """);
    int attempts = 0;
    var reached = new ArrayList<String>();
    for (String service : TableOwners.SERVICES) {
      try (var connection = database.as(service).getConnection()) {
        connection.setAutoCommit(false);
        for (boolean background : List.of(false, true)) {
          for (String partition : partitions) {
            for (String attempt :
                List.of(
                    "SELECT FROM " + partition,
                    "INSERT INTO " + partition + " DEFAULT VALUES",
                    "UPDATE " + partition + " SET client_id = client_id",
                    "DELETE FROM " + partition)) {
              attempts++;
              if (!denied(connection, background ? service : null, attempt)) {
                reached.add(service + (background ? " in the background: " : ": ") + attempt);
              }
            }
          }
        }
      }
    }
    LOG.info("{} attempts on {} partitions, reached: {}", attempts, partitions.size(), reached);
    assertThat(partitions).isNotEmpty();
    assertThat(reached).isEmpty();
  }

  private static boolean denied(
      Connection connection, @Nullable String backgroundOf, String attempt) throws SQLException {
    try (var statement = connection.createStatement()) {
      if (backgroundOf != null) {
        statement.execute("SET LOCAL ROLE omnify_" + backgroundOf + "_bg");
      }
      statement.execute(attempt);
      return false;
    } catch (SQLException e) {
      return e.getMessage().contains("permission denied");
    } finally {
      connection.rollback();
    }
  }

  private static Answer expected(String service, Table table, Verb verb, Scope scope) {
    Rights rights = table.rights();
    boolean granted =
        rights.owners().contains(service)
            || verb == Verb.SELECT && rights.readers().contains(service)
            || verb == Verb.INSERT && rights.inserters().contains(service);
    if (!granted) {
      return Answer.DENIED;
    }
    if (table.client().isEmpty() || scope == Scope.BACKGROUND) {
      return Answer.DONE;
    }
    return switch (verb) {
      case SELECT, UPDATE, DELETE -> scope == Scope.OWN ? Answer.DONE : Answer.NO_ROW;
      case INSERT -> scope == Scope.OWN ? Answer.DONE : Answer.NOT_YOURS;
      case GIVE_AWAY -> scope == Scope.OWN ? Answer.NOT_YOURS : Answer.NO_ROW;
    };
  }

  private static Answer attempt(
      Connection connection, String service, Table table, Verb verb, Scope scope)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      switch (scope) {
        case OWN -> statement.execute("SET LOCAL app.client = '" + MINE + "'");
        case OTHERS -> statement.execute("SET LOCAL app.client = '" + OTHER + "'");
        case NOBODYS -> {}
        case BACKGROUND -> statement.execute("SET LOCAL ROLE omnify_" + service + "_bg");
      }
      String name = "omnify." + table.rights().table();
      String where =
          table.client().map(column -> " WHERE " + column + " = '" + MINE + "'").orElse("");
      String column = table.client().orElse(table.anyColumn());
      int rows =
          switch (verb) {
            case SELECT -> {
              try (var found = statement.executeQuery("SELECT count(*) FROM " + name + where)) {
                found.next();
                yield found.getInt(1);
              }
            }
            case INSERT -> statement.executeUpdate(table.insert());
            case UPDATE ->
                statement.executeUpdate(
                    "UPDATE %s SET %s = %s%s".formatted(name, column, column, where));
            case DELETE -> statement.executeUpdate("DELETE FROM " + name + where);
            case GIVE_AWAY ->
                statement.executeUpdate(
                    "UPDATE %s SET %s = '%s'%s".formatted(name, column, OTHER, where));
          };
      return rows > 0 ? Answer.DONE : Answer.NO_ROW;
    } catch (SQLException e) {
      if (e.getMessage().contains("row-level security")) {
        return Answer.NOT_YOURS;
      }
      if (e.getMessage().contains("permission denied")) {
        return Answer.DENIED;
      }
      throw e;
    } finally {
      connection.rollback();
    }
  }

  /** With one row of {@link #MINE} in each. */
  private static List<Table> tables(TestDatabase database) {
    // grants and policies are what is tried here: what else guards the rows only stands in the way
    for (String drop :
        database.lines(
            """
            SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', conrelid::regclass, conname)
            FROM pg_constraint WHERE connamespace = 'omnify'::regnamespace AND contype IN ('c', 'f', 'p', 'u')
              AND conparentid = 0
            ORDER BY contype <> 'f'
            """)) {
      database.admin().sql(drop).update();
    }
    var tables = new ArrayList<Table>();
    for (Rights rights : TableOwners.load()) {
      Map<String, String> required = new TreeMap<>();
      var all = new ArrayList<String>();
      for (String line :
          database.lines(
              """
              SELECT column_name, data_type, is_nullable, column_default IS NULL
              FROM information_schema.columns WHERE table_schema = 'omnify' AND table_name = '%s'
              ORDER BY ordinal_position
              """
                  .formatted(rights.table()))) {
        String[] cells = line.split("\\|");
        all.add(cells[0]);
        boolean isClient = cells[0].equals("client_id");
        if (isClient || cells[2].equals("NO") && cells[3].equals("t")) {
          required.put(cells[0], isClient ? "'" + MINE + "'" : value(cells[1]));
        }
      }
      if (rights.table().equals("clients")) {
        required.put("id", "'" + MINE + "'");
      }
      Optional<String> client =
          rights.table().equals("clients")
              ? Optional.of("id")
              : all.stream().filter("client_id"::equals).findFirst();
      String insert =
          required.isEmpty()
              ? "INSERT INTO omnify." + rights.table() + " DEFAULT VALUES"
              : "INSERT INTO omnify.%s (%s) VALUES (%s)"
                  .formatted(
                      rights.table(),
                      String.join(", ", required.keySet()),
                      String.join(", ", required.values()));
      database.admin().sql("DELETE FROM " + rights.table()).update();
      database.admin().sql(insert).update();
      tables.add(new Table(rights, client, insert, all.getFirst()));
    }
    return tables;
  }

  private static String value(String type) {
    return switch (type) {
      case "uuid" -> "uuidv7()";
      case "text" -> "gen_random_uuid()::text";
      case "integer", "bigint", "smallint" -> "1 + (random() * 1000000)::int";
      case "boolean" -> "true";
      case "date" -> "current_date";
      case "timestamp with time zone" -> "now()";
      case "jsonb" -> "'{}'";
      case "bytea" -> "uuid_send(gen_random_uuid())";
      default -> throw new AssertionError("no value of type " + type + " yet");
    };
  }
}
