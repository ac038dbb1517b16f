package com.omnify.sandbox.mail.imap;

import com.omnify.sandbox.mail.imap.ImapServer.Users;
import com.omnify.sandbox.mail.imap.Inbox.Item;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One talk. A mail's number and its UID are the same, for as long as the folder is open. */
final class ImapSession {

  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_LITERAL = 64 * 1024;
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Pattern LITERAL = Pattern.compile("(?s).*\\{(\\d{1,6})(\\+?)\\}");
  private static final Pattern WORDS = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
  private static final Pattern ITEM =
      Pattern.compile(
          "(?i)(BODY(?:\\.PEEK)?\\[(?:HEADER|TEXT)?\\](?:<(\\d{1,9})\\.(\\d{1,9})>)?"
              + "|RFC822\\.SIZE|RFC822\\.HEADER|RFC822|FLAGS|UID|INTERNALDATE)");
  private static final Map<String, Character> MARKS =
      Map.of("\\SEEN", 'S', "\\FLAGGED", 'F', "\\DELETED", 'T', "\\ANSWERED", 'R', "\\DRAFT", 'D');
  private static final Map<Character, String> NAMES =
      Map.of('S', "\\Seen", 'F', "\\Flagged", 'T', "\\Deleted", 'R', "\\Answered", 'D', "\\Draft");

  private final Users users;
  private final SSLContext tls;
  private final Socket plain;
  private InputStream in;
  private OutputStream out;
  private boolean secure;
  private @Nullable Path mailbox;
  private @Nullable Inbox inbox;
  private boolean readOnly;

  ImapSession(Socket socket, Users users, SSLContext tls) throws IOException {
    this.plain = socket;
    this.users = users;
    this.tls = tls;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) IDLE.toMillis());
    this.in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
  }

  void run() throws IOException {
    say("* OK sandbox.test IMAP4rev1 ready");
    boolean goesOn = true;
    while (goesOn) {
      out.flush();
      var line = readCommand();
      if (line == null) {
        return;
      }
      var parts = line.split(" ", 3);
      if (parts.length < 2) {
        say("* BAD no tag and command");
        continue;
      }
      goesOn =
          answer(parts[0], parts[1].toUpperCase(Locale.ROOT), parts.length > 2 ? parts[2] : "");
    }
    out.flush();
  }

  /** Returns whether the talk goes on. */
  private boolean answer(String tag, String command, String rest) throws IOException {
    switch (command) {
      case "CAPABILITY" -> {
        say("* CAPABILITY IMAP4rev1 LITERAL+" + (secure ? "" : " STARTTLS"));
        fine(tag, command);
      }
      case "NOOP", "CHECK" -> fine(tag, command);
      case "LOGOUT" -> {
        say("* BYE see you");
        fine(tag, command);
        return false;
      }
      case "STARTTLS" -> startTls(tag);
      case "LOGIN" -> login(tag, words(rest));
      default -> {
        if (mailbox == null) {
          say(tag + " NO log in first");
        } else {
          loggedIn(mailbox, tag, command, rest);
        }
      }
    }
    return true;
  }

  private void login(String tag, List<String> words) throws IOException {
    var found = words.size() == 2 ? users.login(words.get(0), words.get(1)) : null;
    mailbox = found == null ? null : found.orElse(null);
    say(mailbox == null ? tag + " NO [AUTHENTICATIONFAILED] wrong name or password" : tag + " OK");
  }

  private void startTls(String tag) throws IOException {
    if (secure) {
      say(tag + " BAD TLS is on already");
      return;
    }
    say(tag + " OK begin TLS");
    out.flush();
    // what came in the clear behind the command is dropped with the old stream
    var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
    socket.setUseClientMode(false);
    socket.setSoTimeout((int) IDLE.toMillis());
    socket.startHandshake();
    in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
    out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
    secure = true;
    mailbox = null;
  }

  private void loggedIn(Path directory, String tag, String command, String rest)
      throws IOException {
    switch (command) {
      case "LIST", "LSUB" -> {
        say("* " + command + " (\\HasNoChildren) \"/\" INBOX");
        fine(tag, command);
      }
      case "STATUS" -> {
        var now = Inbox.open(directory);
        long unseen = now.items().stream().filter(i -> !i.marks().contains('S')).count();
        say("* STATUS INBOX (MESSAGES %d UNSEEN %d)".formatted(now.items().size(), unseen));
        fine(tag, command);
      }
      case "SELECT", "EXAMINE" -> select(directory, tag, command, words(rest));
      default -> {
        if (inbox == null) {
          say(tag + " BAD select a folder first, or no such command");
        } else {
          selected(inbox, tag, command, rest);
        }
      }
    }
  }

  private void select(Path directory, String tag, String command, List<String> words)
      throws IOException {
    if (words.size() != 1 || !words.getFirst().equalsIgnoreCase("INBOX")) {
      say(tag + " NO there is INBOX alone");
      return;
    }
    var opened = Inbox.open(directory);
    inbox = opened;
    readOnly = command.equals("EXAMINE");
    int size = opened.items().size();
    say("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
    say("* " + size + " EXISTS");
    say("* " + opened.items().stream().filter(Item::recent).count() + " RECENT");
    say("* OK [UIDVALIDITY " + System.currentTimeMillis() / 1000 + "] UIDs of this talk");
    say("* OK [UIDNEXT " + (size + 1) + "] next");
    say("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] kept");
    say(tag + " OK [" + (readOnly ? "READ-ONLY" : "READ-WRITE") + "] " + command + " done");
  }

  private void selected(Inbox box, String tag, String command, String rest) throws IOException {
    switch (command) {
      case "UID" -> {
        var parts = rest.split(" ", 2);
        var inner = parts[0].toUpperCase(Locale.ROOT);
        if (parts.length == 2 && Set.of("SEARCH", "FETCH", "STORE").contains(inner)) {
          selected(
              box,
              tag,
              inner,
              inner.equals("FETCH") ? parts[1].replaceFirst("\\)?$", " UID)") : parts[1]);
        } else {
          say(tag + " BAD no such command");
        }
      }
      case "SEARCH" -> search(box, tag, rest);
      case "FETCH" -> fetch(box, tag, rest);
      case "STORE" -> store(box, tag, rest);
      case "EXPUNGE", "CLOSE", "UNSELECT" -> {
        if (!readOnly && !command.equals("UNSELECT")) {
          box.expunge();
        }
        // numbers have moved: the folder has to be opened anew
        inbox = null;
        fine(tag, command);
      }
      default -> say(tag + " BAD no such command");
    }
  }

  // ---- search, fetch, store

  private void search(Inbox box, String tag, String rest) throws IOException {
    var keys = new ArrayList<>(words(rest.toUpperCase(Locale.ROOT)));
    if (keys.size() > 2 && keys.getFirst().equals("CHARSET")) {
      keys.subList(0, 2).clear();
    }
    var hits = new StringBuilder("* SEARCH");
    for (int n = 1; n <= box.items().size(); n++) {
      boolean hit = true;
      for (var key : keys) {
        var wanted = matches(box.items().get(n - 1), n, key, box.items().size());
        if (wanted == null) {
          say(tag + " BAD no such search key here: " + key);
          return;
        }
        hit &= wanted;
      }
      if (hit) {
        hits.append(' ').append(n);
      }
    }
    say(hits.toString());
    fine(tag, "SEARCH");
  }

  private static @Nullable Boolean matches(Item item, int number, String key, int size) {
    var bare = key.startsWith("UN") ? key.substring(2) : key;
    var mark = MARKS.get("\\" + bare);
    if (mark != null) {
      return item.marks().contains(mark) != key.startsWith("UN");
    }
    return switch (key) {
      case "ALL" -> true;
      case "RECENT" -> item.recent();
      case "NEW" -> item.recent() && !item.marks().contains('S');
      case "OLD" -> !item.recent();
      default -> key.matches("[0-9*][0-9:,*]*") ? numbers(key, size).contains(number) : null;
    };
  }

  private void fetch(Inbox box, String tag, String rest) throws IOException {
    var parts = rest.split(" ", 2);
    if (parts.length < 2) {
      say(tag + " BAD which, and what?");
      return;
    }
    var items = new ArrayList<String>();
    var wanted = ITEM.matcher(parts[1].replaceFirst("(?i)^FULL|^ALL|^FAST", "FLAGS RFC822.SIZE"));
    var left = new StringBuilder();
    while (wanted.find()) {
      items.add(wanted.group());
      wanted.appendReplacement(left, "");
    }
    wanted.appendTail(left);
    if (items.isEmpty() || !left.toString().matches("[() ]*")) {
      say(tag + " BAD cannot fetch " + left);
      return;
    }
    for (int n : numbers(parts[0], box.items().size())) {
      fetch(box, n, items);
    }
    fine(tag, "FETCH");
  }

  private void fetch(Inbox box, int number, List<String> wanted) throws IOException {
    var item = box.items().get(number - 1);
    write("* " + number + " FETCH (");
    boolean first = true;
    for (var name : wanted) {
      write(first ? "" : " ");
      first = false;
      var upper = name.toUpperCase(Locale.ROOT);
      switch (upper) {
        case "FLAGS" -> write("FLAGS " + flags(item));
        case "UID" -> write("UID " + number);
        case "RFC822.SIZE" -> write("RFC822.SIZE " + item.size());
        case "INTERNALDATE" -> write("INTERNALDATE \"01-Jan-2026 00:00:00 +0000\"");
        default -> {
          if (!readOnly && (upper.startsWith("BODY[") || upper.equals("RFC822"))) {
            var marks = new TreeSet<>(item.marks());
            marks.add('S');
            box.mark(item, marks);
          }
          part(upper, item.bytes());
        }
      }
    }
    write(")\r\n");
  }

  private void part(String name, byte[] mail) throws IOException {
    var text = new String(mail, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    var bytes = mail;
    if (name.contains("HEADER")) {
      bytes = Arrays.copyOf(mail, end < 0 ? mail.length : end + 4);
    } else if (name.contains("[TEXT]")) {
      bytes = Arrays.copyOfRange(mail, end < 0 ? mail.length : end + 4, mail.length);
    }
    var label = name.replace(".PEEK", "");
    var range = ITEM.matcher(name);
    if (range.matches() && range.group(2) != null) {
      int from = Math.min(Integer.parseInt(range.group(2)), bytes.length);
      int to = (int) Math.min((long) from + Integer.parseInt(range.group(3)), bytes.length);
      bytes = Arrays.copyOfRange(bytes, from, to);
      label = label.replaceFirst("<(\\d+)\\.\\d+>", "<$1>");
    }
    write(label + " {" + bytes.length + "}\r\n");
    out.write(bytes);
  }

  private void store(Inbox box, String tag, String rest) throws IOException {
    var parts = rest.split(" ", 3);
    var how = parts.length == 3 ? parts[1].toUpperCase(Locale.ROOT) : "";
    if (readOnly || !how.replace(".SILENT", "").matches("[+-]?FLAGS")) {
      say(tag + (readOnly ? " NO the folder is open for reading alone" : " BAD which, how, what?"));
      return;
    }
    var given = new TreeSet<Character>();
    for (var flag : parts[2].replaceAll("[()]", "").split(" ")) {
      var mark = MARKS.get(flag.toUpperCase(Locale.ROOT));
      if (mark != null) {
        given.add(mark);
      }
    }
    for (int n : numbers(parts[0], box.items().size())) {
      var item = box.items().get(n - 1);
      var marks = new TreeSet<>(item.marks());
      if (how.startsWith("+")) {
        marks.addAll(given);
      } else if (how.startsWith("-")) {
        marks.removeAll(given);
      } else {
        marks = given;
      }
      box.mark(item, marks);
      if (!how.endsWith(".SILENT")) {
        say("* " + n + " FETCH (FLAGS " + flags(item) + ")");
      }
    }
    fine(tag, "STORE");
  }

  private static String flags(Item item) {
    return item.marks().stream()
        .map(mark -> NAMES.getOrDefault(mark, ""))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining(" ", "(", ")"));
  }

  /** A set like {@code 1:3,7,9:*}; numbers that are not there are left out. */
  private static List<Integer> numbers(String set, int size) {
    var numbers = new TreeSet<Integer>();
    for (var range : set.split(",")) {
      var ends = range.split(":", 2);
      int from = number(ends[0], size);
      int to = ends.length == 1 ? from : number(ends[1], size);
      for (int n = Math.max(1, Math.min(from, to)); n <= Math.min(size, Math.max(from, to)); n++) {
        numbers.add(n);
      }
    }
    return List.copyOf(numbers);
  }

  private static int number(String text, int size) {
    if (text.equals("*")) {
      return size;
    }
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  // ---- lines

  private void fine(String tag, String command) throws IOException {
    say(tag + " OK " + command + " done");
  }

  private void say(String line) throws IOException {
    write(line + "\r\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A whole command, its literals put in as quoted words. */
  private @Nullable String readCommand() throws IOException {
    var command = new StringBuilder();
    while (true) {
      var line = readLine();
      if (line == null || command.length() > MAX_LINE) {
        return null;
      }
      var literal = LITERAL.matcher(line);
      if (!literal.matches()) {
        return command.append(line).toString();
      }
      int length = Integer.parseInt(literal.group(1));
      if (length > MAX_LITERAL) {
        return null;
      }
      if (literal.group(2).isEmpty()) {
        say("+ go on");
        out.flush();
      }
      var bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      command.append(line, 0, line.lastIndexOf('{')).append('"');
      command.append(
          new String(bytes, StandardCharsets.UTF_8).replace("\\", "\\\\").replace("\"", "\\\""));
      command.append('"');
    }
  }

  private @Nullable String readLine() throws IOException {
    var line = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() >= MAX_LINE) {
        return null;
      }
      line.write(c);
    }
    var text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var found = WORDS.matcher(text);
    while (found.find()) {
      words.add(
          found.group(1) != null ? found.group(1).replaceAll("\\\\(.)", "$1") : found.group(2));
    }
    return words;
  }
}
