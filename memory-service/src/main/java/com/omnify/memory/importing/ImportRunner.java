package com.omnify.memory.importing;

import com.omnify.kit.db.SqlStates;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.FieldFault;
import com.omnify.memory.contact.BulkContacts;
import com.omnify.memory.contact.BulkContacts.Taken;
import com.omnify.memory.contact.BulkContacts.Terms;
import com.omnify.memory.contact.ContactBody;
import com.omnify.memory.contact.ContactCheck.Consent;
import com.omnify.memory.contact.CustomFields;
import com.omnify.memory.importing.Imports.Claimed;
import com.omnify.memory.importing.Imports.Counts;
import com.omnify.memory.importing.Imports.Fault;
import com.omnify.memory.importing.Imports.Import;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ImportId;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Runs imports, one at a time, a thousand rows in a transaction that also moves the position on. So
 * whoever goes on after a crash goes on exactly there. A runner that was taken for dead finds that
 * the position is not its any more, and its batch is rolled back.
 */
@Component
class ImportRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ImportRunner.class);

  static final int BATCH = 1_000;

  /** A batch takes a fraction of a second. */
  static final Duration LEASE = Duration.ofSeconds(30);

  /** After so long an import makes room for another one that waits. */
  private static final Duration TURN = Duration.ofSeconds(5);

  /** Where a batch fails again and again, somebody has to look. */
  private static final int MOST_TRIES = 5;

  private final Transactions transactions;
  private final Imports imports;
  private final BulkContacts contacts;
  private final CustomFields customFields;
  private final RealClock clock;
  private final UUID me;
  private volatile boolean stopping;

  ImportRunner(
      Transactions transactions,
      Imports imports,
      BulkContacts contacts,
      CustomFields customFields,
      RealClock clock,
      Ids ids) {
    this.transactions = transactions;
    this.imports = imports;
    this.contacts = contacts;
    this.customFields = customFields;
    this.clock = clock;
    this.me = ids.next();
  }

  /** The import is somebody else's by now, or was cancelled. */
  private static final class NotMine extends RuntimeException {
    NotMine() {
      super("the import is not this runner's any more", null, false, false);
    }
  }

  /** Goes on with one import for a turn; true where there may be more to do. */
  boolean round() {
    Optional<Claimed> claimed =
        transactions.inBackground(() -> imports.claim(me, clock.now(), LEASE));
    claimed.ifPresent(one -> run(one.client(), one.id()));
    return claimed.isPresent();
  }

  /** The batch under way is the last one; another instance, or the next start, goes on. */
  void stop() {
    stopping = true;
  }

  private void run(ClientId client, ImportId id) {
    try {
      if (!runTurn(client, id)) {
        transactions.inClient(client, () -> imports.release(me, client, id, clock.now()));
      }
    } catch (NotMine e) {
      LOG.info("Import {} is somebody else's, or was cancelled", id);
    } catch (CsvParseException e) {
      // it was read once when it came
      fail(client, id, "a row of the file does not end");
    } catch (IOException | RuntimeException e) {
      if (SqlStates.unavailable(e) || SqlStates.worthRepeating(e)) {
        throw new IllegalStateException("the import waits for the database", e);
      }
      LOG.error("Import {} failed", id, e);
      fail(client, id, "it failed unexpectedly; what was taken in before stays");
    }
  }

  private void fail(ClientId client, ImportId id, String why) {
    transactions.inClient(client, () -> imports.end(client, id, "failed", why));
  }

  /** True when the import has ended. */
  private boolean runTurn(ClientId client, ImportId id) throws IOException {
    Import one =
        transactions.readInClient(client, () -> imports.find(client, id)).orElseThrow(NotMine::new);
    Options options = Objects.requireNonNull(one.options());
    var reader = new RowReader(one.columns(), Objects.requireNonNull(one.mapping()), options);
    var rules =
        transactions.readInClient(
            client, () -> customFields.rules(client, options.defaultCountry()));
    var terms =
        new Terms(
            id,
            rules,
            options.source(),
            options.update(),
            !options.trigger(),
            consents(options.consent()));
    Instant turnEnds = clock.now().plus(TURN);
    long position = one.counts().rowsRead();
    try (var file = new StoredFile(transactions, imports, client, id);
        CsvReader<CsvRecord> csv = ImportFile.rows(file, one.encoding(), one.delimiter())) {
      Iterator<CsvRecord> rows = csv.iterator();
      // the header, and what is dealt with
      for (long n = 0; n <= position && rows.hasNext(); n++) {
        rows.next();
      }
      while (rows.hasNext()) {
        if (stopping) {
          return false;
        }
        var batch = new ArrayList<List<String>>(BATCH);
        while (batch.size() < BATCH && rows.hasNext()) {
          batch.add(rows.next().getFields());
        }
        take(client, id, position, batch, reader, terms);
        position += batch.size();
        if (clock.now().isAfter(turnEnds) && rows.hasNext()) {
          if (transactions.readInBackground(() -> imports.othersWait(clock.now()))) {
            return false;
          }
          turnEnds = clock.now().plus(TURN);
        }
      }
    }
    transactions.inClient(
        client,
        () -> {
          if (imports.lock(client, id).filter(it -> it.state().equals("running")).isEmpty()) {
            throw new NotMine();
          }
          imports.end(client, id, "done", null);
        });
    return true;
  }

  private void take(
      ClientId client,
      ImportId id,
      long position,
      List<List<String>> batch,
      RowReader reader,
      Terms terms) {
    var faults = new ArrayList<Fault>();
    var bodies = new ArrayList<ContactBody>(batch.size());
    var bodyRows = new ArrayList<Integer>(batch.size());
    long misshapen = 0;
    for (int n = 0; n < batch.size(); n++) {
      switch (reader.read(batch.get(n))) {
        case RowReader.Reading.Contact(ContactBody body) -> {
          bodies.add(body);
          bodyRows.add(n);
        }
        case RowReader.Reading.Bad(FieldFault fault) -> {
          misshapen++;
          add(faults, position, n, 0, batch.get(n), fault, reader);
        }
        case RowReader.Reading.Nothing() -> {}
      }
    }
    long bad = misshapen;
    for (int attempt = 1; ; attempt++) {
      try {
        transactions.inClient(
            client,
            () -> write(client, id, position, batch, reader, terms, bodies, bodyRows, faults, bad));
        return;
      } catch (BulkContacts.Overtaken e) {
        if (attempt == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private void write(
      ClientId client,
      ImportId id,
      long position,
      List<List<String>> batch,
      RowReader reader,
      Terms terms,
      List<ContactBody> bodies,
      List<Integer> bodyRows,
      List<Fault> misshapen,
      long misshapenRows) {
    var faults = new ArrayList<>(misshapen);
    long[] counts = new long[6];
    List<Taken> taken = contacts.take(client, bodies, terms);
    for (int n = 0; n < taken.size(); n++) {
      switch (taken.get(n)) {
        case Taken.Created() -> counts[0]++;
        case Taken.Updated() -> counts[1]++;
        case Taken.Unchanged() -> counts[2]++;
        case Taken.Skipped() -> counts[3]++;
        case Taken.Merged() -> counts[4]++;
        case Taken.Bad(List<FieldFault> wrong) -> {
          counts[5]++;
          int row = bodyRows.get(n);
          for (int f = 0; f < wrong.size(); f++) {
            add(faults, position, row, f, batch.get(row), wrong.get(f), reader);
          }
        }
      }
    }
    imports.insertFaults(client, id, faults);
    var more =
        new Counts(
            batch.size(),
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            counts[4],
            counts[5] + misshapenRows);
    if (!imports.advance(me, client, id, position, more, clock.now().plus(LEASE))) {
      throw new NotMine();
    }
  }

  /** The header is row 1 of the file. */
  private static void add(
      List<Fault> faults,
      long position,
      int row,
      int n,
      List<String> values,
      FieldFault fault,
      RowReader reader) {
    String field = fault.field();
    faults.add(
        new Fault(
            position + row + 2,
            n,
            reader.column(field),
            fault.message() + (fault.fix() == null ? "" : ": " + fault.fix()),
            reader.original(values, field)));
  }

  private static List<Consent> consents(Map<String, Options.Statement> statements) {
    var consents = new ArrayList<Consent>();
    statements.forEach(
        (channel, said) ->
            consents.add(
                new Consent(
                    WireEnum.parse(Channel.class, channel),
                    true,
                    said.source(),
                    said.textShown(),
                    said.at())));
    return consents;
  }
}
