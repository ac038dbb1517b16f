package com.omnify.sandbox.mail.imap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One directory in the Maildir form, as it was when it was opened. */
final class Inbox {

  private static final int MOST = 5_000;
  private static final String MARK = ":2,";

  /**
   * A mail and its marks: S for seen, F for flagged, T for deleted, R for answered, D for draft.
   */
  static final class Item {
    private Path file;
    private final TreeSet<Character> marks = new TreeSet<>();
    private final boolean recent;

    private Item(Path file) {
      this.file = file;
      this.recent = "new".equals(String.valueOf(file.getName(file.getNameCount() - 2)));
      var name = file.getFileName().toString();
      int at = name.indexOf(MARK);
      if (at >= 0) {
        name.substring(at + MARK.length()).chars().forEach(c -> marks.add((char) c));
      }
    }

    Set<Character> marks() {
      return Set.copyOf(marks);
    }

    boolean recent() {
      return recent;
    }

    byte[] bytes() throws IOException {
      try {
        return Files.readAllBytes(file);
      } catch (NoSuchFileException _) {
        // another client has marked it meanwhile, and so given it another name
        return new byte[0];
      }
    }

    long size() throws IOException {
      return Files.exists(file) ? Files.size(file) : 0;
    }
  }

  private final Path directory;
  private final List<Item> items;

  private Inbox(Path directory, List<Item> items) {
    this.directory = directory;
    this.items = items;
  }

  /** The oldest first; a directory that is not there yet is empty. */
  static Inbox open(Path directory) throws IOException {
    var files = new ArrayList<Path>();
    for (var part : new String[] {"cur", "new"}) {
      var sub = directory.resolve(part);
      if (Files.isDirectory(sub)) {
        try (var found = Files.list(sub)) {
          found.limit(MOST).forEach(files::add);
        }
      }
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    return new Inbox(directory, files.stream().map(Item::new).toList());
  }

  List<Item> items() {
    return items;
  }

  /** Gives a mail these marks, on disk too. */
  void mark(Item item, Set<Character> marks) throws IOException {
    item.marks.clear();
    item.marks.addAll(marks);
    var name = item.file.getFileName().toString();
    int at = name.indexOf(MARK);
    var written = new StringBuilder(at < 0 ? name : name.substring(0, at)).append(MARK);
    item.marks.forEach(written::append);
    var target = directory.resolve("cur").resolve(written.toString());
    try {
      Files.createDirectories(directory.resolve("cur"));
      item.file = Files.move(item.file, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException _) {
      item.file = target;
    }
  }

  /** Removes what is marked as deleted. */
  void expunge() throws IOException {
    for (var item : items) {
      if (item.marks.contains('T')) {
        Files.deleteIfExists(item.file);
      }
    }
  }
}
