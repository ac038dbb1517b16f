package com.omnify.memory.importing;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.memory.importing.policy.Columns.Column;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ImportId;
import java.nio.charset.Charset;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** The rows of imports, their files and what is wrong with them. In the caller's transaction. */
@Component
class Imports {

  /** What nobody started is forgotten after this. */
  static final Duration UNSTARTED_KEPT = Duration.ofDays(7);

  /** People's data: the rows in error are kept no longer than it takes to correct them. */
  static final Duration FAULTS_KEPT = Duration.ofDays(30);

  private static final String SELECT =
      """
      SELECT client_id, id, file_name, state, bytes, rows_total, encoding, delimiter, columns::text AS columns,
        preview::text AS preview, mapping::text AS mapping, options::text AS options, rows_read, created, updated,
        unchanged, skipped, merged, bad, failure, created_by, created_at, started_at, ended_at
      FROM imports
      """;

  private final JdbcClient db;

  Imports(JdbcClient db) {
    this.db = db;
  }

  /** What became of a file's rows so far; they add up to the rows read, but for empty ones. */
  record Counts(
      long rowsRead,
      long created,
      long updated,
      long unchanged,
      long skipped,
      long merged,
      long bad) {}

  /** An import as it stands. */
  record Import(
      ClientId client,
      ImportId id,
      String fileName,
      String state,
      long bytes,
      long rowsTotal,
      Charset encoding,
      char delimiter,
      List<Column> columns,
      List<List<String>> preview,
      @Nullable Map<String, String> mapping,
      @Nullable Options options,
      Counts counts,
      @Nullable String failure,
      String createdBy,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {}

  /** What is wrong with a row. */
  record Fault(long fileRow, int n, String field, String reason, String original) {}

  /** What of a client's lies here and is not taken in yet. */
  record Pending(int files, long bytes) {}

  Pending pending(ClientId client) {
    return db.sql(
            """
            SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM imports
            WHERE client_id = :client AND state IN ('uploaded', 'running')
            """)
        .param("client", client.value())
        .query((row, _) -> new Pending(row.getInt("files"), row.getLong("bytes")))
        .single();
  }

  /** One of a client's uploads after the other, until the transaction's end. */
  void lockUploads(ClientId client) {
    db.sql("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('imports ' || :client, 0))")
        .param("client", client.toString())
        .query(Integer.class)
        .single();
  }

  void insert(Import one) {
    db.sql(
            """
            INSERT INTO imports (client_id, id, file_name, state, bytes, rows_total, encoding, delimiter, columns,
              preview, created_by)
            VALUES (:client, :id, :fileName, 'uploaded', :bytes, :rowsTotal, :encoding, :delimiter, :columns,
              :preview, :by)
            """)
        .param("client", one.client().value())
        .param("id", one.id().value())
        .param("fileName", one.fileName())
        .param("bytes", one.bytes())
        .param("rowsTotal", one.rowsTotal())
        .param("encoding", one.encoding().name())
        .param("delimiter", String.valueOf(one.delimiter()))
        .param("columns", Pg.jsonb(one.columns()))
        .param("preview", Pg.jsonb(one.preview()))
        .param("by", one.createdBy())
        .update();
  }

  void insertChunk(ClientId client, ImportId id, int n, byte[] bytes) {
    db.sql(
            """
            INSERT INTO import_chunks (client_id, import_id, n, bytes) VALUES (:client, :id, :n, :bytes)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("n", n)
        .param("bytes", bytes)
        .update();
  }

  /** The nth piece of the file; empty behind its end. */
  Optional<byte[]> chunk(ClientId client, ImportId id, int n) {
    return db.sql(
            """
            SELECT bytes FROM import_chunks WHERE client_id = :client AND import_id = :id AND n = :n
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("n", n)
        .query((row, _) -> row.getBytes("bytes"))
        .optional();
  }

  Optional<Import> find(ClientId client, ImportId id) {
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> read(row))
        .optional();
  }

  Optional<Import> lock(ClientId client, ImportId id) {
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id FOR UPDATE")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> read(row))
        .optional();
  }

  /** The newest first, older than {@code before}. */
  List<Import> list(ClientId client, @Nullable UUID before, int limit) {
    return db.sql(
            SELECT
                + """
                WHERE client_id = :client AND (:before::uuid IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit
                """)
        .param("client", client.value())
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> read(row))
        .list();
  }

  /** Lets runners have it. */
  void start(ClientId client, ImportId id, Map<String, String> mapping, Options options) {
    db.sql(
            """
            UPDATE imports SET state = 'running', mapping = :mapping, options = :options, started_at = now(),
              lease_until = now()
            WHERE client_id = :client AND id = :id AND state = 'uploaded'
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("mapping", Pg.jsonb(mapping))
        .param("options", Pg.jsonb(options))
        .update();
  }

  /** Ends it, whatever the end, and lets go of the file. */
  void end(ClientId client, ImportId id, String state, @Nullable String failure) {
    db.sql(
            """
            UPDATE imports SET state = :state, failure = :failure, ended_at = now(), lease_owner = NULL,
              lease_until = NULL
            WHERE client_id = :client AND id = :id AND state IN ('uploaded', 'running')
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("state", state)
        .param("failure", failure)
        .update();
    db.sql("DELETE FROM import_chunks WHERE client_id = :client AND import_id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .update();
  }

  /** An import to be gone on with. */
  record Claimed(ClientId client, ImportId id) {}

  /** Takes the one that has waited longest and that nobody runs, or whose runner is gone. */
  Optional<Claimed> claim(UUID runner, Instant realNow, Duration lease) {
    return db.sql(
            """
            UPDATE imports i SET lease_owner = :runner, lease_until = :until
            FROM (SELECT client_id, id FROM imports WHERE state = 'running' AND lease_until <= :now
              ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED) next
            WHERE i.client_id = next.client_id AND i.id = next.id
            RETURNING i.client_id, i.id
            """)
        .param("runner", runner)
        .param("now", Pg.timestamp(realNow))
        .param("until", Pg.timestamp(realNow.plus(lease)))
        .query(
            (row, _) ->
                new Claimed(
                    Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", ImportId::new)))
        .optional();
  }

  /** Whether another one waits for a runner. */
  boolean othersWait(Instant realNow) {
    return db.sql(
            """
            SELECT EXISTS (SELECT 1 FROM imports WHERE state = 'running' AND lease_until <= :now)
            """)
        .param("now", Pg.timestamp(realNow))
        .query(Boolean.class)
        .single();
  }

  /** Lets others have it, from that moment on. */
  void release(UUID runner, ClientId client, ImportId id, Instant from) {
    db.sql(
            """
            UPDATE imports SET lease_until = :from, lease_owner = NULL
            WHERE client_id = :client AND id = :id AND lease_owner = :runner AND state = 'running'
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("runner", runner)
        .param("from", Pg.timestamp(from))
        .update();
  }

  /**
   * Moves the position on, with what became of the rows, as the last word of a batch: false where
   * the import is not this runner's any more, or stands elsewhere, and the batch must not be
   * committed.
   */
  boolean advance(
      UUID runner, ClientId client, ImportId id, long from, Counts more, Instant leaseUntil) {
    return db.sql(
                """
                UPDATE imports SET rows_read = rows_read + :rows, created = created + :created,
                  updated = updated + :updated, unchanged = unchanged + :unchanged, skipped = skipped + :skipped,
                  merged = merged + :merged, bad = bad + :bad, lease_until = :until
                WHERE client_id = :client AND id = :id AND state = 'running' AND lease_owner = :runner
                  AND rows_read = :from
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("runner", runner)
            .param("from", from)
            .param("rows", more.rowsRead())
            .param("created", more.created())
            .param("updated", more.updated())
            .param("unchanged", more.unchanged())
            .param("skipped", more.skipped())
            .param("merged", more.merged())
            .param("bad", more.bad())
            .param("until", Pg.timestamp(leaseUntil))
            .update()
        == 1;
  }

  void insertFaults(ClientId client, ImportId id, List<Fault> faults) {
    if (faults.isEmpty()) {
      return;
    }
    db.sql(
            """
            INSERT INTO import_faults (client_id, import_id, file_row, n, field, reason, original)
            SELECT :client, :id, f.file_row, f.n, f.field, f.reason, f.original
            FROM unnest(:rows, :ns, :fields, :reasons, :originals) AS f(file_row, n, field, reason, original)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("rows", Pg.longs(faults.stream().map(Fault::fileRow).toList()))
        .param("ns", Pg.ints(faults.stream().map(Fault::n).toList()))
        .param("fields", Pg.texts(faults.stream().map(Fault::field).toList()))
        .param("reasons", Pg.texts(faults.stream().map(Fault::reason).toList()))
        .param("originals", Pg.texts(faults.stream().map(Fault::original).toList()))
        .update();
  }

  /** In the file's order, behind that one. */
  List<Fault> faults(ClientId client, ImportId id, long afterRow, int afterN, int limit) {
    return db.sql(
            """
            SELECT file_row, n, field, reason, original FROM import_faults
            WHERE client_id = :client AND import_id = :id AND (file_row, n) > (:row, :n)
            ORDER BY file_row, n LIMIT :limit
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("row", afterRow)
        .param("n", afterN)
        .param("limit", limit)
        .query(
            (row, _) ->
                new Fault(
                    row.getLong("file_row"),
                    row.getInt("n"),
                    row.getString("field"),
                    row.getString("reason"),
                    row.getString("original")))
        .list();
  }

  /** Forgets what nobody needs any more, a bounded part of it; true where more may be left. */
  boolean forget(Instant realNow) {
    db.sql("DELETE FROM imports WHERE state = 'uploaded' AND created_at < :before")
        .param("before", Pg.timestamp(realNow.minus(UNSTARTED_KEPT)))
        .update();
    // the first rows are people's data too
    db.sql("UPDATE imports SET preview = '[]' WHERE ended_at < :before AND preview <> '[]'")
        .param("before", Pg.timestamp(realNow.minus(FAULTS_KEPT)))
        .update();
    int faults =
        db.sql(
                """
                DELETE FROM import_faults WHERE ctid = ANY (ARRAY(
                  SELECT f.ctid FROM imports i JOIN import_faults f ON f.client_id = i.client_id AND f.import_id = i.id
                  WHERE i.ended_at < :before LIMIT 5000))
                """)
            .param("before", Pg.timestamp(realNow.minus(FAULTS_KEPT)))
            .update();
    return faults == 5000;
  }

  private static Import read(ResultSet row) throws SQLException {
    List<Column> columns =
        KitJson.mapper().readValue(row.getString("columns"), new TypeReference<>() {});
    List<List<String>> preview =
        KitJson.mapper().readValue(row.getString("preview"), new TypeReference<>() {});
    String mapping = row.getString("mapping");
    Map<String, String> fields =
        mapping == null ? null : KitJson.mapper().readValue(mapping, new TypeReference<>() {});
    String options = row.getString("options");
    return new Import(
        Pg.id(row, "client_id", ClientId::new),
        Pg.id(row, "id", ImportId::new),
        row.getString("file_name"),
        row.getString("state"),
        row.getLong("bytes"),
        row.getLong("rows_total"),
        Charset.forName(row.getString("encoding")),
        row.getString("delimiter").charAt(0),
        columns,
        preview,
        fields,
        options == null ? null : Pg.read(options, Options.class),
        new Counts(
            row.getLong("rows_read"),
            row.getLong("created"),
            row.getLong("updated"),
            row.getLong("unchanged"),
            row.getLong("skipped"),
            row.getLong("merged"),
            row.getLong("bad")),
        row.getString("failure"),
        row.getString("created_by"),
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "started_at"),
        Pg.instantOrNull(row, "ended_at"));
  }
}
