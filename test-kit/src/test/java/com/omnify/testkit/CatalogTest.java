package com.omnify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.migrations.TableOwners;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every table, view, partition, sequence and function, every verb, every role, read from the
 * catalog: as the list of owners says, and nothing beside it.
 */
@OmnifyTest
class CatalogTest {

  private static final Logger LOG = LoggerFactory.getLogger(CatalogTest.class);

  @Test
  void theCatalogSaysWhatTheListOfOwnersSays(TestDatabase database) {
    var catalog = Catalog.read(database.admin());
    var result = CatalogCheck.of(catalog, TableOwners.load());
    Map<Catalog.Kind, Integer> kinds = new TreeMap<>();
    catalog.relations().forEach(relation -> kinds.merge(relation.kind(), 1, Integer::sum));
    LOG.info(
        "{} roles, relations {}, {} functions; cells compared: {} = {}",
        catalog.roles().size(),
        kinds,
        catalog.functions().size(),
        new TreeMap<>(result.cells()),
        result.cells().values().stream().mapToInt(Integer::intValue).sum());
    assertThat(result.findings()).isEmpty();
    assertThat(catalog.rights()).hasSizeGreaterThan(300);
    assertThat(kinds).containsKeys(Catalog.Kind.TABLE, Catalog.Kind.PARTITION);
  }

  /** Each is planted, found by its name, and gone with its transaction. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          CREATE VIEW omnify.everybody AS SELECT * FROM omnify.contacts | view omnify.everybody belongs to postgres
          CREATE VIEW omnify.everybody AS SELECT * FROM omnify.contacts | view omnify.everybody reads with its owner's rights
          CREATE VIEW public.everybody AS SELECT * FROM omnify.contacts; GRANT SELECT ON public.everybody TO PUBLIC | public may SELECT view public.everybody
          SET LOCAL ROLE omnify_owner; CREATE VIEW omnify.ours AS SELECT * FROM omnify.contacts; RESET ROLE | view omnify.ours reads with its owner's rights
          CREATE VIEW omnify.ours WITH (security_invoker = true) AS SELECT * FROM omnify.contacts; ALTER VIEW omnify.ours OWNER TO omnify_owner; GRANT SELECT ON omnify.ours TO omnify_learning | omnify_learning may SELECT view omnify.ours
          CREATE MATERIALIZED VIEW omnify.kept AS SELECT * FROM omnify.contacts | materialized_view omnify.kept holds clients' rows
          GRANT SELECT ON omnify.%PARTITION% TO omnify_memory | omnify_memory may SELECT partition omnify.%PARTITION%
          GRANT TRUNCATE ON omnify.contacts TO omnify_memory_bg | omnify_memory_bg may TRUNCATE table omnify.contacts
          GRANT UPDATE (phone) ON omnify.contacts TO omnify_channels | omnify_channels may UPDATE table omnify.contacts
          GRANT INSERT ON omnify.suppressions TO PUBLIC | public may INSERT table omnify.suppressions
          REVOKE SELECT ON omnify.suppressions FROM omnify_channels | omnify_channels may not SELECT table omnify.suppressions
          CREATE TABLE omnify.notes (client_id uuid); ALTER TABLE omnify.notes OWNER TO omnify_owner | table omnify.notes has a client and no row-level security
          ALTER TABLE omnify.contacts DISABLE ROW LEVEL SECURITY | table omnify.contacts has a client and no row-level security
          CREATE POLICY all_of_it ON omnify.contacts FOR SELECT USING (true) | surplus policy Policy[relation=omnify.contacts, name=all_of_it
          ALTER POLICY of_client ON omnify.contacts USING (client_id IS NOT NULL) | missing policy Policy[relation=omnify.contacts, name=of_client
          ALTER POLICY of_background ON omnify.contacts TO PUBLIC | surplus policy Policy[relation=omnify.contacts, name=of_background
          CREATE FUNCTION omnify.read_all() RETURNS SETOF omnify.contacts LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM omnify.contacts' | function omnify.read_all() runs with its owner's rights and is on no list
          CREATE FUNCTION public.read_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM omnify.contacts' | public may EXECUTE function public.read_all()
          GRANT EXECUTE ON FUNCTION omnify.ensure_partitions TO omnify_learning | omnify_learning may EXECUTE function omnify.ensure_partitions(integer)
          ALTER FUNCTION omnify.ensure_partitions RESET search_path | function omnify.ensure_partitions(integer) runs with its owner's rights and no search_path
          CREATE SEQUENCE omnify.counter; GRANT USAGE ON SEQUENCE omnify.counter TO omnify_memory | omnify_memory may USAGE sequence omnify.counter
          ALTER TABLE omnify.contacts OWNER TO omnify_memory | table omnify.contacts belongs to omnify_memory
          GRANT omnify_owner TO omnify_memory | omnify_memory is a member of omnify_owner
          GRANT omnify_memory_bg TO omnify_memory WITH INHERIT TRUE | missing membership Membership[member=omnify_memory, of=omnify_memory_bg
          ALTER ROLE omnify_memory BYPASSRLS | role omnify_memory passes row-level security
          CREATE ROLE omnify_stranger LOGIN; GRANT SELECT ON omnify.contacts TO omnify_stranger | omnify_stranger may SELECT table omnify.contacts
          GRANT CREATE ON SCHEMA omnify TO omnify_memory | omnify_memory may CREATE in schema omnify
          """)
  void whatIsPlantedIsFound(String plant, String found, TestDatabase database) {
    String partition =
        database
            .admin()
            .sql(
                "SELECT min(relname) FROM pg_class WHERE relispartition AND relname LIKE 'dispatches\\_2%'")
            .query(String.class)
            .single();
    assertThat(findings(database, plant.replace("%PARTITION%", partition)))
        .anySatisfy(
            finding -> assertThat(finding).startsWith(found.replace("%PARTITION%", partition)));
  }

  private static List<String> findings(TestDatabase database, String plant) {
    var source = database.adminSource();
    var db = JdbcClient.create(source);
    return new TransactionTemplate(new JdbcTransactionManager(source))
        .execute(
            transaction -> {
              transaction.setRollbackOnly();
              db.sql(plant).update();
              return CatalogCheck.of(Catalog.read(db), TableOwners.load()).findings();
            });
  }
}
