package com.omnify.memory.importing;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.memory.importing.Imports.Fault;
import com.omnify.memory.importing.Imports.Import;
import com.omnify.memory.importing.Options.Statement;
import com.omnify.memory.importing.policy.Columns.Column;
import com.omnify.memory.importing.policy.FormulaGuard;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ImportId;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Files of contacts over REST: upload, mapping, progress, and what could not be taken. */
@RestController
@RequestMapping("/api/v1/imports")
class ImportController {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*");
  private static final Pattern CUSTOM = Pattern.compile("custom\\.[a-z][a-z0-9_]{0,59}");
  private static final int MOST_TAGS = 50;
  private static final int FAULTS_AT_ONCE = 5_000;
  private static final Set<String> FIELDS =
      new LinkedHashSet<>(
          List.of(
              "first_name",
              "last_name",
              "full_name",
              "company",
              "phone",
              "email",
              "time_zone",
              "state",
              "postal_code",
              "status",
              "source",
              "tags"));

  private final Transactions transactions;
  private final ImportUploads uploads;
  private final Imports imports;
  private final FleetClock clock;
  private final Loop runner;

  ImportController(
      Transactions transactions,
      ImportUploads uploads,
      Imports imports,
      FleetClock clock,
      @Qualifier("importLoop") Loop runner) {
    this.transactions = transactions;
    this.uploads = uploads;
    this.imports = imports;
    this.clock = clock;
    this.runner = runner;
  }

  /** What is done with contacts that are there already. */
  enum OnExisting implements WireEnum {
    UPDATE,
    SKIP
  }

  /**
   * How a file is taken in.
   *
   * @param mapping column → field: first_name, last_name, full_name, company, phone, email,
   *     time_zone, state, postal_code, status, source, tags or custom.&lt;key&gt;; columns that are
   *     left out are not read
   * @param defaultCountry where numbers without a country code lie; US where left out
   * @param tags put on every contact of the file
   * @param source of new contacts; import where left out
   * @param onExisting update where left out
   * @param trigger true: sequences that wait for new contacts or tags start; false where left out
   * @param consent by channel (sms, email, voice): what the people of the file have agreed to
   */
  record StartBody(
      @Nullable Map<String, @Nullable String> mapping,
      @Nullable String defaultCountry,
      @Nullable List<@Nullable String> tags,
      @Nullable String source,
      @Nullable OnExisting onExisting,
      @Nullable Boolean trigger,
      @Nullable Map<String, @Nullable StatementBody> consent) {}

  /**
   * What was agreed to.
   *
   * @param source where, such as spring-fair-2026
   * @param textShown what the people read
   * @param at when; now where left out
   */
  record StatementBody(@Nullable String source, @Nullable String textShown, @Nullable Instant at) {}

  /**
   * An import as it stands.
   *
   * @param state uploaded, running, done, cancelled or failed
   * @param preview the first rows
   * @param rowsRead of rowsTotal
   * @param merged rows that went into a contact which an earlier row of the file had made
   * @param bad rows that were not taken; the error file says why
   */
  record ImportView(
      UUID id,
      String fileName,
      String state,
      long bytes,
      String encoding,
      String delimiter,
      List<Column> columns,
      List<List<String>> preview,
      @Nullable Map<String, String> mapping,
      @Nullable Options options,
      long rowsTotal,
      long rowsRead,
      long created,
      long updated,
      long unchanged,
      long skipped,
      long merged,
      long bad,
      @Nullable String failure,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {

    static ImportView of(Import one) {
      return new ImportView(
          one.id().value(),
          one.fileName(),
          one.state(),
          one.bytes(),
          one.encoding().name(),
          String.valueOf(one.delimiter()),
          one.columns(),
          one.preview(),
          one.mapping(),
          one.options(),
          one.rowsTotal(),
          one.counts().rowsRead(),
          one.counts().created(),
          one.counts().updated(),
          one.counts().unchanged(),
          one.counts().skipped(),
          one.counts().merged(),
          one.counts().bad(),
          one.failure(),
          one.createdAt(),
          one.startedAt(),
          one.endedAt());
    }
  }

  @Needs(Role.MEMBER)
  @PostMapping
  @Operation(
      summary = "Upload a file of contacts; nothing is taken in before it is started",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = "text/csv",
                      schema = @Schema(type = "string", format = "binary"))))
  ResponseEntity<ImportView> upload(
      Caller caller,
      @RequestParam(name = "file_name", required = false) @Nullable String fileName,
      HttpServletRequest request)
      throws IOException {
    String name = fileName == null || fileName.isBlank() ? "contacts.csv" : fileName.strip();
    if (name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
      throw Problem.invalid("file_name", "is too long, or no name", "use at most 200 characters");
    }
    Import one =
        uploads.take(
            caller.client(),
            name,
            caller.subject(),
            request.getContentLengthLong(),
            request.getInputStream());
    return ResponseEntity.created(URI.create("/api/v1/imports/" + one.id()))
        .body(ImportView.of(one));
  }

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List imports, the newest first")
  Page<ImportView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    return Page.of(
        transactions.readInClient(
            caller.client(),
            () ->
                imports.list(caller.client(), before, size + 1).stream()
                    .map(ImportView::of)
                    .toList()),
        size,
        last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One import, and how far it is")
  ImportView get(Caller caller, @PathVariable ImportId id) {
    return transactions.readInClient(
        caller.client(), () -> ImportView.of(find(caller.client(), id)));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/start")
  @Operation(summary = "Take the file's contacts in, as the mapping says")
  ImportView start(Caller caller, @PathVariable ImportId id, @RequestBody StartBody body) {
    ClientId client = caller.client();
    ImportView started =
        transactions.inClient(
            client,
            () -> {
              Import one = lock(client, id);
              if (!one.state().equals("uploaded")) {
                throw Problem.conflict(
                    "import_" + one.state(),
                    "The import is " + one.state() + " already.",
                    "Upload the file again to take it in once more.");
              }
              var faults = new ArrayList<FieldFault>();
              Map<String, String> mapping = mapping(one, body, faults);
              Options options = options(body, faults);
              if (!faults.isEmpty()) {
                throw Problem.invalid(faults);
              }
              imports.start(client, id, mapping, options);
              return ImportView.of(find(client, id));
            });
    runner.wake();
    return started;
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/cancel")
  @Operation(summary = "Stop an import; what was taken in stays")
  ImportView cancel(Caller caller, @PathVariable ImportId id) {
    ClientId client = caller.client();
    return transactions.inClient(
        client,
        () -> {
          Import one = lock(client, id);
          if (one.endedAt() != null) {
            throw Problem.conflict(
                "import_" + one.state(), "The import has ended already.", "Nothing is left to do.");
          }
          imports.end(client, id, "cancelled", null);
          return ImportView.of(find(client, id));
        });
  }

  /**
   * Row by row what could not be taken, and why: row, column, reason, original. Cells that a
   * spreadsheet would take for formulas are text.
   */
  @Needs(Role.MEMBER)
  @GetMapping("/{id}/errors")
  @Operation(
      summary = "The rows that could not be taken, as a CSV file",
      responses =
          @ApiResponse(
              responseCode = "200",
              content = @Content(mediaType = "text/csv", schema = @Schema(type = "string"))))
  void errors(Caller caller, @PathVariable ImportId id, HttpServletResponse response)
      throws IOException {
    ClientId client = caller.client();
    transactions.readInClient(client, () -> find(client, id));
    response.setContentType("text/csv");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"import-" + id + "-errors.csv\"");
    var out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
    // or spreadsheets take UTF-8 for something else
    out.write('\uFEFF');
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out)) {
      csv.writeRecord("row", "column", "reason", "original");
      long afterRow = 0;
      int afterN = 0;
      List<Fault> faults;
      do {
        long row = afterRow;
        int n = afterN;
        faults =
            transactions.readInClient(
                client, () -> imports.faults(client, id, row, n, FAULTS_AT_ONCE));
        for (Fault fault : faults) {
          csv.writeRecord(
              String.valueOf(fault.fileRow()),
              FormulaGuard.text(fault.field()),
              FormulaGuard.text(fault.reason()),
              FormulaGuard.text(fault.original()));
          afterRow = fault.fileRow();
          afterN = fault.n();
        }
      } while (faults.size() == FAULTS_AT_ONCE);
    }
  }

  private Import find(ClientId client, ImportId id) {
    return imports.find(client, id).orElseThrow(() -> Problem.notFound("import", id));
  }

  private Import lock(ClientId client, ImportId id) {
    return imports.lock(client, id).orElseThrow(() -> Problem.notFound("import", id));
  }

  private static Map<String, String> mapping(Import one, StartBody body, List<FieldFault> faults) {
    var names = new HashSet<>(one.columns().stream().map(Column::name).toList());
    var mapping = new LinkedHashMap<String, String>();
    var taken = new HashSet<String>();
    if (body.mapping() != null) {
      body.mapping()
          .forEach(
              (column, field) -> {
                String at = "mapping." + column;
                if (!names.contains(column)) {
                  faults.add(new FieldFault(at, "is no column of the file", "use one of " + names));
                } else if (field == null) {
                  // left out
                } else if (!FIELDS.contains(field) && !CUSTOM.matcher(field).matches()) {
                  faults.add(
                      new FieldFault(
                          at, "leads to no field", "use one of " + FIELDS + " or custom.<key>"));
                } else if (!taken.add(field) && !field.equals("tags")) {
                  faults.add(
                      new FieldFault(
                          at, "leads where another column leads", "choose one of the two"));
                } else {
                  mapping.put(column, field);
                }
              });
    }
    if (!taken.contains("phone") && !taken.contains("email")) {
      faults.add(
          new FieldFault(
              "mapping",
              "leads to neither phone nor email",
              "name the column of one: without it nobody can tell whose row it is"));
    }
    return mapping;
  }

  private Options options(StartBody body, List<FieldFault> faults) {
    String country =
        body.defaultCountry() == null
            ? "US"
            : body.defaultCountry().strip().toUpperCase(Locale.ROOT);
    if (!Arrays.asList(Locale.getISOCountries()).contains(country)) {
      faults.add(new FieldFault("default_country", "is no country", "use two letters, such as US"));
    }
    var tags = new LinkedHashSet<String>();
    for (String tag : body.tags() == null ? List.<@Nullable String>of() : body.tags()) {
      if (tag == null
          || tag.length() > 60
          || !SLUG.matcher(tag).matches()
          || tags.size() == MOST_TAGS) {
        faults.add(
            new FieldFault(
                "tags",
                "hold what is no slug, or too many",
                "use lower-case letters, digits, - and _: roof-repair"));
        break;
      }
      tags.add(tag);
    }
    String source = body.source() == null ? "import" : body.source().strip();
    if (source.length() > 60 || !SLUG.matcher(source).matches()) {
      faults.add(
          new FieldFault("source", "is not a slug", "use lower-case letters, digits, - and _"));
    }
    return new Options(
        country,
        List.copyOf(tags),
        source,
        body.onExisting() != OnExisting.SKIP,
        Boolean.TRUE.equals(body.trigger()),
        consent(body.consent(), faults));
  }

  private Map<String, Statement> consent(
      @Nullable Map<String, @Nullable StatementBody> given, List<FieldFault> faults) {
    var consent = new LinkedHashMap<String, Statement>();
    if (given == null) {
      return consent;
    }
    given.forEach(
        (channel, said) -> {
          String at = "consent." + channel;
          if (Arrays.stream(Channel.values()).noneMatch(c -> c.wire().equals(channel))) {
            faults.add(new FieldFault(at, "is no channel", "use sms, email or voice"));
          } else if (said != null) {
            String source = said.source() == null ? "" : said.source().strip();
            String text = said.textShown();
            if (source.isEmpty() || source.length() > 200) {
              faults.add(
                  new FieldFault(
                      at + ".source",
                      "is missing or too long",
                      "say where the people agreed, in at most 200 characters"));
            }
            if (text != null && text.length() > 2_000) {
              faults.add(
                  new FieldFault(at + ".text_shown", "is too long", "use at most 2000 characters"));
            }
            consent.put(
                channel, new Statement(source, text, said.at() == null ? clock.now() : said.at()));
          }
        });
    return consent;
  }
}
