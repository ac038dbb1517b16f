package com.omnify.memory.importing;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Problem;
import com.omnify.memory.contact.ContactCheck;
import com.omnify.memory.contact.CustomFields;
import com.omnify.memory.importing.Imports.Counts;
import com.omnify.memory.importing.Imports.Import;
import com.omnify.memory.importing.Imports.Pending;
import com.omnify.memory.importing.policy.Columns;
import com.omnify.memory.importing.policy.Separators;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ImportId;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Takes a file in: to disk as it comes, looked through once, then into the database as pieces in
 * one transaction. So it is there whole, for whichever instance runs it, or not at all; and never
 * in memory.
 */
@Component
class ImportUploads {

  /** Five million rows or so. */
  static final long LARGEST_FILE = 512L << 20;

  /** Of a client's files that lie here and are not taken in yet. */
  static final int MOST_PENDING = 20;

  /** All of them together. */
  static final long MOST_PENDING_BYTES = 2L << 30;

  /** Of a client, that come in at the same time. */
  static final int MOST_COMING = 3;

  private static final int CHUNK = 1 << 20;
  private static final int PREVIEW_ROWS = 10;
  private static final int MOST_COLUMNS = 200;
  private static final int LONGEST_PREVIEW_CELL = 200;
  private static final int SAMPLE = 64 * 1024;
  private static final int MOST_LINES = 200;

  private final Transactions transactions;
  private final Imports imports;
  private final CustomFields customFields;
  private final Ids ids;
  private final RealClock clock;
  private final Map<ClientId, Integer> coming = new ConcurrentHashMap<>();

  ImportUploads(
      Transactions transactions,
      Imports imports,
      CustomFields customFields,
      Ids ids,
      RealClock clock) {
    this.transactions = transactions;
    this.imports = imports;
    this.customFields = customFields;
    this.ids = ids;
    this.clock = clock;
  }

  private record Looked(
      char separator, List<String> header, List<List<String>> rows, long rowsTotal) {}

  /**
   * Takes a file in.
   *
   * @param announced how long it is said to be, in bytes; negative where that is not said
   * @throws Problem 413 where it is too large, 429 where the client has too much here already
   */
  Import take(ClientId client, String fileName, String by, long announced, InputStream body)
      throws IOException {
    if (announced > LARGEST_FILE) {
      throw tooLarge();
    }
    // before anything of it is read; what counts is asked once more when it is here
    transactions.readInClient(
        client,
        () -> {
          requireRoom(client, Math.max(announced, 0));
          return null;
        });
    if (coming.merge(client, 1, Integer::sum) > MOST_COMING) {
      leave(client);
      throw Problem.of(
          HttpStatus.TOO_MANY_REQUESTS,
          "uploads_at_once",
          MOST_COMING + " files are being uploaded already.",
          "Upload one after the other.");
    }
    try {
      return take(client, fileName, by, body);
    } finally {
      leave(client);
    }
  }

  private void leave(ClientId client) {
    coming.computeIfPresent(client, (_, n) -> n == 1 ? null : n - 1);
  }

  private void requireRoom(ClientId client, long bytes) {
    Pending pending = imports.pending(client);
    if (pending.files() >= MOST_PENDING) {
      throw Problem.of(
          HttpStatus.TOO_MANY_REQUESTS,
          "too_many_imports",
          pending.files() + " files wait to be taken in; " + MOST_PENDING + " may.",
          "Start or cancel some of them (GET /api/v1/imports lists them), or wait for their end.");
    }
    if (pending.bytes() + bytes > MOST_PENDING_BYTES) {
      throw Problem.of(
          HttpStatus.TOO_MANY_REQUESTS,
          "too_much_to_import",
          "With this file more than "
              + (MOST_PENDING_BYTES >> 20)
              + " MiB would wait to be taken in.",
          "Start or cancel some of the files (GET /api/v1/imports lists them), or wait for their"
              + " end.");
    }
  }

  private static Problem tooLarge() {
    return Problem.of(
        HttpStatus.CONTENT_TOO_LARGE,
        "file_too_large",
        "The file is larger than " + (LARGEST_FILE >> 20) + " MiB.",
        "Split it, each part with its header.");
  }

  private Import take(ClientId client, String fileName, String by, InputStream body)
      throws IOException {
    Path file = Files.createTempFile("omnify-import", ".csv");
    try {
      var watch = new ImportFile.EncodingWatch();
      long bytes = receive(body, file, watch);
      Charset encoding = watch.verdict();
      Looked looked = look(file, encoding);
      Set<String> custom =
          transactions.readInClient(
              client,
              () -> customFields.rules(client, ContactCheck.DEFAULT_REGION).types().keySet());
      var id = new ImportId(ids.next());
      var one =
          new Import(
              client,
              id,
              fileName,
              "uploaded",
              bytes,
              looked.rowsTotal(),
              encoding,
              looked.separator(),
              Columns.read(looked.header(), looked.rows(), custom),
              looked.rows(),
              null,
              null,
              new Counts(0, 0, 0, 0, 0, 0, 0),
              null,
              by,
              clock.now(),
              null,
              null);
      transactions.inClient(
          client,
          () -> {
            imports.lockUploads(client);
            requireRoom(client, bytes);
            imports.insert(one);
            store(client, id, file);
            return null;
          });
      return one;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static long receive(InputStream body, Path file, ImportFile.EncodingWatch watch)
      throws IOException {
    long bytes = 0;
    byte[] buffer = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        bytes += read;
        if (bytes > LARGEST_FILE) {
          throw tooLarge();
        }
        watch.see(buffer, read);
        out.write(buffer, 0, read);
      }
    }
    return bytes;
  }

  private static Looked look(Path file, Charset encoding) throws IOException {
    char separator;
    try (var in = Files.newInputStream(file);
        var text = ImportFile.text(in, encoding)) {
      char[] sample = new char[SAMPLE];
      int length = text.read(sample);
      separator = Separators.guess(new String(sample, 0, Math.max(length, 0)));
    }
    List<String> header = List.of();
    var rows = new ArrayList<List<String>>();
    long records = 0;
    try (var in = Files.newInputStream(file);
        CsvReader<CsvRecord> reader = ImportFile.rows(in, encoding, separator)) {
      for (CsvRecord record : reader) {
        if (record.getFields().stream().anyMatch(ImportUploads::isManyLines)) {
          throw unclosed(records + 1);
        }
        if (records == 0) {
          header = record.getFields();
        } else if (rows.size() < PREVIEW_ROWS
            && !record.getFields().stream().allMatch(String::isBlank)) {
          rows.add(
              record.getFields().stream().limit(MOST_COLUMNS).map(ImportUploads::cell).toList());
        }
        records++;
      }
    } catch (CsvParseException e) {
      throw unclosed(records + 1);
    }
    if (header.stream().allMatch(String::isBlank)) {
      throw Problem.unprocessable(
          "no_header",
          "The first row of the file is empty.",
          "Put the names of the columns in the first row.");
    }
    if (header.size() > MOST_COLUMNS) {
      throw Problem.unprocessable(
          "too_many_columns",
          "The file has " + header.size() + " columns.",
          "Keep at most " + MOST_COLUMNS + ".");
    }
    if (header.stream().anyMatch(name -> name.indexOf('\0') >= 0)) {
      throw Problem.unprocessable(
          "no_text", "The file is no text.", "Export it as CSV: a workbook is none.");
    }
    return new Looked(separator, header, rows, records - 1);
  }

  private static Problem unclosed(long row) {
    return Problem.unprocessable(
        "unreadable_file",
        "Row " + row + " of the file does not end, or is far too long.",
        "Look for a quotation mark that is not closed.");
  }

  /** A cell with so many line breaks is the rest of the file. */
  private static boolean isManyLines(String cell) {
    return cell.length() > MOST_LINES
        && cell.chars().filter(c -> c == '\n').limit(MOST_LINES + 1L).count() > MOST_LINES;
  }

  private static String cell(String text) {
    String kept = text.replace("\0", "");
    return kept.length() <= LONGEST_PREVIEW_CELL
        ? kept
        : kept.substring(0, LONGEST_PREVIEW_CELL) + "…";
  }

  private void store(ClientId client, ImportId id, Path file) {
    try (var in = Files.newInputStream(file)) {
      int n = 0;
      for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
        imports.insertChunk(client, id, n++, chunk);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
