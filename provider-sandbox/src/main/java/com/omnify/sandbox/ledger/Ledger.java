package com.omnify.sandbox.ledger;

import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The append-only record of what the simulated provider did: one JSON object a line. It is the
 * judge of "sent exactly once", so an accepted message is on disk before its sender hears of it.
 * Appends of many threads share one fsync.
 */
public final class Ledger implements AutoCloseable {

  private static final int MAX_PENDING_BYTES = 8 * 1024 * 1024;
  private static final int INDEX_EVERY = 512;

  private final Clock clock;
  private final FileChannel file;
  private final Path path;
  private final Tally tally;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  // byte offsets of lines 1, 513, 1025 …, so that reading "since" does not start at the beginning
  private final List<Long> index = new ArrayList<>();
  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long lastSeq;
  private long durableSeq;
  private long appendedBytes;
  private @Nullable IOException broken;
  private boolean closed;

  private Ledger(Path path, FileChannel file, Clock clock, int maxDispatches) {
    this.path = path;
    this.file = file;
    this.clock = clock;
    this.tally = new Tally(maxDispatches);
    this.writer = Thread.ofPlatform().daemon().name("ledger").unstarted(this::writeAll);
  }

  /**
   * Opens or creates the ledger and tells every earlier line to {@code replay}, in order.
   *
   * @param maxDispatches how many dispatch ids are remembered to count duplicates
   * @throws IOException when another process has it open, or a line other than a torn last one
   *     cannot be read
   */
  public static Ledger open(Path path, Clock clock, int maxDispatches, Consumer<LedgerEntry> replay)
      throws IOException {
    var parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    var file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() == null) {
        throw new IOException("the ledger " + path + " is in use by another sandbox");
      }
      var ledger = new Ledger(path, file, clock, maxDispatches);
      ledger.reload(replay);
      ledger.writer.start();
      return ledger;
    } catch (IOException | RuntimeException e) {
      file.close();
      if (e instanceof OverlappingFileLockException) {
        throw new IOException("the ledger " + path + " is in use by another sandbox", e);
      }
      throw e;
    }
  }

  /**
   * Appends a line; it is written soon, in this order.
   *
   * @return its place, for {@link #awaitDurable}
   */
  public long append(LedgerEntry draft) {
    lock.lock();
    try {
      while (pending.size() > MAX_PENDING_BYTES && broken == null) {
        progress.awaitUninterruptibly();
      }
      var problem = broken;
      if (problem != null || closed) {
        throw new UncheckedIOException(
            problem != null ? problem : new IOException("the ledger is closed"));
      }
      long seq = lastSeq + 1;
      var line = draft.placed(seq, clock.instant().truncatedTo(ChronoUnit.MICROS));
      var json = Json.MAPPER.writeValueAsBytes(line);
      indexLine(seq, appendedBytes);
      pending.writeBytes(json);
      pending.write('\n');
      appendedBytes += json.length + 1;
      lastSeq = seq;
      tally.add(line);
      work.signal();
      return seq;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns once the line and all before it are on disk.
   *
   * @throws UncheckedIOException when they cannot be written
   */
  public void awaitDurable(long seq) {
    lock.lock();
    try {
      while (durableSeq < seq) {
        var problem = broken;
        if (problem != null) {
          throw new UncheckedIOException(problem);
        }
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether lines can still be written. */
  public boolean healthy() {
    lock.lock();
    try {
      return broken == null && !closed;
    } finally {
      lock.unlock();
    }
  }

  public LedgerSummary summary() {
    lock.lock();
    try {
      return tally.summary();
    } finally {
      lock.unlock();
    }
  }

  /** All lines, parsed; for tests and small ledgers. */
  public List<LedgerEntry> entries() {
    var entries = new ArrayList<LedgerEntry>();
    forEachLine(0, null, line -> entries.add(parse(line)));
    return entries;
  }

  /** All lines of a kind, parsed; for tests and small ledgers. */
  public List<LedgerEntry> entries(Kind kind) {
    var entries = new ArrayList<LedgerEntry>();
    forEachLine(0, kind, line -> entries.add(parse(line)));
    return entries;
  }

  /**
   * Reads what was appended up to now, line by line, in constant memory.
   *
   * @param since only lines after this one; 0 for all
   * @param kind only lines of this kind; null for all
   * @param sink gets each line without its end, one char a byte (ISO 8859-1), to be written as it
   *     is
   */
  public void forEachLine(long since, @Nullable Kind kind, Consumer<String> sink) {
    long from;
    long to;
    lock.lock();
    try {
      from = index.isEmpty() ? 0 : offsetBefore(since);
      to = lastSeq;
    } finally {
      lock.unlock();
    }
    awaitDurable(to);
    if (since >= to) {
      return;
    }
    var marker = kind == null ? null : "\"kind\":\"" + kind.wire() + "\"";
    try (var reading = FileChannel.open(path, StandardOpenOption.READ)) {
      reading.position(from);
      var lines =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(reading), StandardCharsets.ISO_8859_1),
              64 * 1024);
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        long seq = seqOf(line);
        // quotes inside texts are escaped, so the marker can only be the field itself
        if (seq > since && (marker == null || line.contains(marker))) {
          sink.accept(line);
        }
        if (seq >= to) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what is pending and closes the file. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }

  private void writeAll() {
    while (true) {
      ByteArrayOutputStream batch;
      long seq;
      lock.lock();
      try {
        while (pending.size() == 0 && !closed) {
          work.awaitUninterruptibly();
        }
        if (pending.size() == 0) {
          return;
        }
        batch = pending;
        pending = new ByteArrayOutputStream(Math.min(batch.size() * 2, 64 * 1024));
        seq = lastSeq;
      } finally {
        lock.unlock();
      }
      IOException problem = write(batch);
      lock.lock();
      try {
        if (problem != null) {
          broken = problem;
          progress.signalAll();
          return;
        }
        durableSeq = seq;
        progress.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private @Nullable IOException write(ByteArrayOutputStream batch) {
    try {
      var bytes = ByteBuffer.wrap(batch.toByteArray());
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(false);
      return null;
    } catch (IOException e) {
      return e;
    } catch (OutOfMemoryError e) {
      // without this nobody would ever hear that nothing is written any more
      return new IOException("out of memory", e);
    }
  }

  private void reload(Consumer<LedgerEntry> replay) throws IOException {
    long good = 0;
    var in = Channels.newInputStream(file.position(0));
    var lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1), 64 * 1024);
    long size = file.size();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      long end = good + line.length() + 1;
      if (end > size) {
        break; // no line end: torn by a crash, and so never told to anyone as durable
      }
      LedgerEntry entry;
      try {
        entry = parse(line);
      } catch (JacksonException e) {
        throw new IOException("line %d of %s is not a ledger line".formatted(lastSeq + 1, path), e);
      }
      if (entry.seq() != lastSeq + 1) {
        throw new IOException(
            "%s: line %d says it is %d; a line was removed or added"
                .formatted(path, lastSeq + 1, entry.seq()));
      }
      indexLine(entry.seq(), good);
      lastSeq = entry.seq();
      good = end;
      tally.add(entry);
      replay.accept(entry);
    }
    file.truncate(good);
    file.position(good);
    durableSeq = lastSeq;
    appendedBytes = good;
  }

  private void indexLine(long seq, long offset) {
    if ((seq - 1) % INDEX_EVERY == 0) {
      index.add(offset);
    }
  }

  private long offsetBefore(long since) {
    long slot = Math.max(0, since) / INDEX_EVERY;
    return index.get((int) Math.min(slot, index.size() - 1L));
  }

  private static long seqOf(String line) {
    int start = "{\"seq\":".length();
    return Long.parseLong(line, start, line.indexOf(',', start), 10);
  }

  private static LedgerEntry parse(String line) {
    return Json.MAPPER.readValue(line.getBytes(StandardCharsets.ISO_8859_1), LedgerEntry.class);
  }
}
