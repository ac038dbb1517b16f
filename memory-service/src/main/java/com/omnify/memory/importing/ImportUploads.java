package com.omnify.memory.importing;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Problem;
import com.omnify.memory.contact.ContactCheck;
import com.omnify.memory.contact.CustomFields;
import com.omnify.memory.importing.Imports.Counts;
import com.omnify.memory.importing.Imports.Import;
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
import java.util.Set;
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

  Import take(ClientId client, String fileName, String by, InputStream body) throws IOException {
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
          throw Problem.of(
              HttpStatus.CONTENT_TOO_LARGE,
              "file_too_large",
              "The file is larger than " + (LARGEST_FILE >> 20) + " MiB.",
              "Split it, each part with its header.");
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
