package com.omnify.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.migrations.Migrations;
import com.omnify.migrations.TableOwners;
import com.omnify.migrations.TableOwners.Rights;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class MigrationsTest {

  private static final String TABLES =
      """
      SELECT c.relname FROM pg_class c
      WHERE c.relnamespace = 'omnify'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname <> 'flyway_schema_history'
      """;

  @Test
  void repeatingChangesNothing(TestDatabase database) {
    List<String> before = catalog(database);
    migrate(database);
    migrate(database);
    assertThat(catalog(database)).isEqualTo(before);
    assertThat(
            database.lines("SELECT version FROM flyway_schema_history WHERE version IS NOT NULL"))
        .last()
        .isEqualTo(Migrations.SCHEMA_VERSION);
  }

  @Test
  void twoAtOnceWaitForEachOther(TestDatabase database) throws Exception {
    Callable<String> migration =
        () -> {
          migrate(database);
          return "done";
        };
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (var done : threads.invokeAll(List.of(migration, migration))) {
        assertThat(done.get()).isEqualTo("done");
      }
    }
  }

  @Test
  void everyTableHasAnOwner(TestDatabase database) {
    var listed = new TreeSet<String>();
    for (Rights rights : TableOwners.load()) {
      assertThat(listed.add(rights.table())).as(rights.table() + " stands twice").isTrue();
      // what all insert and nobody may change has no owner
      assertThat(rights.owners().size() == 1 || rights.table().equals("audit"))
          .as(rights.table() + " has one owner")
          .isTrue();
    }
    assertThat(new TreeSet<>(database.lines(TABLES))).isEqualTo(listed);
  }

  @Test
  void tableThatNobodyOwnsStopsTheMigration(TestDatabase database) {
    database.admin().sql("CREATE TABLE omnify.stray (id int)").update();
    try {
      assertThatThrownBy(() -> migrate(database))
          .hasMessageContaining("stray")
          .hasMessageContaining("table-owners.tsv");
    } finally {
      database.admin().sql("DROP TABLE omnify.stray").update();
    }
  }

  @Test
  void keysOfTablesWithAClientLeadWithIt(TestDatabase database) {
    // foreign-key checks ignore row-level security: without the client in the key a row could point
    // into another client's
    assertThat(
            database.lines(
                """
                SELECT con.conrelid::regclass::text || ' ' || con.conname
                FROM pg_constraint con
                JOIN pg_attribute mine ON mine.attrelid = con.conrelid AND mine.attname = 'client_id'
                JOIN pg_attribute theirs ON theirs.attrelid = con.confrelid AND theirs.attname = 'client_id'
                WHERE con.contype = 'f' AND con.connamespace = 'omnify'::regnamespace
                  AND (con.conkey[1] <> mine.attnum OR con.confkey[1] <> theirs.attnum)
                """))
        .isEmpty();
  }

  @Test
  void schedulerAloneMakesPartitions(TestDatabase database) {
    String sql = "SELECT omnify.ensure_partitions(2)";
    assertThatThrownBy(
            () -> JdbcClient.create(database.as("healer")).sql(sql).query(Integer.class).single())
        .rootCause()
        .hasMessageContaining("permission denied");
    assertThat(
            database.lines(
                "SELECT has_function_privilege('omnify_scheduler_bg', 'omnify.ensure_partitions(int)', 'EXECUTE')"))
        .containsExactly("t");
  }

  private static void migrate(TestDatabase database) {
    Migrations.migrate(database.jdbcUrl(), "postgres", "", TestDatabase.SERVICE_PASSWORD);
  }

  /** Columns, indexes, constraints, policies, grants. */
  private static List<String> catalog(TestDatabase database) {
    var all = new ArrayList<String>();
    for (String sql :
        List.of(
            """
            SELECT table_name, column_name, data_type, is_nullable, column_default
            FROM information_schema.columns WHERE table_schema = 'omnify' ORDER BY 1, 2
            """,
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'omnify' ORDER BY 1",
            """
            SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'omnify'::regnamespace ORDER BY 1, 2
            """,
            "SELECT tablename, policyname, roles, qual, with_check FROM pg_policies ORDER BY 1, 2",
            """
            SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
            WHERE table_schema = 'omnify' ORDER BY 1, 2, 3
            """)) {
      all.addAll(database.lines(sql));
    }
    assertThat(all).hasSizeGreaterThan(500);
    return all;
  }
}
