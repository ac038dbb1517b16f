package com.omnify.sandbox.mail.smtp;

import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.mail.smtp.MailDrop.Fate;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One talk with one client, in the order of RFC 5321. */
final class SmtpSession {

  private static final int MAX_SIZE = 10 * 1024 * 1024;
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_RECIPIENTS = 100;
  private static final int MAX_MISTAKES = 20;
  private static final Duration IDLE = Duration.ofSeconds(65);
  private static final Pattern PATH = Pattern.compile("(?i)(?:FROM|TO):\\s*<([^<>\\s]*)>(.*)");
  private static final Pattern SIZE = Pattern.compile("(?i)\\bSIZE=(\\d{1,12})\\b");
  private static final SmtpReply FINE = new SmtpReply(250, "2.0.0 Ok");
  private static final SmtpReply SEQUENCE = new SmtpReply(503, "5.5.1 Bad sequence of commands");
  private static final SmtpReply SYNTAX = new SmtpReply(501, "5.5.4 Syntax error in parameters");
  private static final SmtpReply TOO_LARGE =
      new SmtpReply(552, "5.3.4 Message size exceeds fixed limit");

  private final MailDrop drop;
  private final SSLContext tls;
  private final Semaphore room;
  private final Socket plain;
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private boolean greeted;
  private int mistakes;
  private Optional<String> login = Optional.empty();
  private @Nullable String from;
  private final List<String> to = new ArrayList<>();

  SmtpSession(Socket socket, MailDrop drop, SSLContext tls, Semaphore room) throws IOException {
    this.plain = socket;
    this.socket = socket;
    this.drop = drop;
    this.tls = tls;
    this.room = room;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) IDLE.toMillis());
    this.in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 4 * 1024);
  }

  void run(Optional<SmtpReply> refused) throws IOException {
    say(refused.orElse(new SmtpReply(220, "sandbox.test ESMTP provider sandbox")));
    out.flush();
    boolean goesOn = refused.isEmpty();
    while (goesOn) {
      var line = readLine();
      if (line == null) {
        return;
      }
      goesOn = answer(line);
      // whoever sends several commands at once gets the replies together
      if (!goesOn || in.available() == 0) {
        out.flush();
      }
    }
  }

  /** Returns whether the talk goes on. */
  private boolean answer(String line) throws IOException {
    int space = line.indexOf(' ');
    var verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
    var rest = space < 0 ? "" : line.substring(space + 1).strip();
    switch (verb) {
      case "EHLO" -> {
        greet();
        say("250-sandbox.test greets you");
        say("250-SIZE " + MAX_SIZE);
        say("250-8BITMIME");
        say("250-PIPELINING");
        say("250-ENHANCEDSTATUSCODES");
        say("250-SMTPUTF8");
        if (!(socket instanceof SSLSocket)) {
          say("250-STARTTLS");
        }
        say("250 AUTH PLAIN LOGIN");
      }
      case "HELO" -> {
        greet();
        say(new SmtpReply(250, "sandbox.test"));
      }
      case "STARTTLS" -> {
        return startTls();
      }
      case "AUTH" -> authenticate(rest);
      case "MAIL" -> say(mail(rest));
      case "RCPT" -> say(recipient(rest));
      case "DATA" -> {
        return data();
      }
      case "RSET" -> {
        forget();
        say(FINE);
      }
      case "NOOP" -> say(FINE);
      case "VRFY" -> say(new SmtpReply(252, "2.5.0 Cannot verify, send and see"));
      case "QUIT" -> {
        say(new SmtpReply(221, "2.0.0 Bye"));
        return false;
      }
      default -> {
        say(new SmtpReply(502, "5.5.2 Command not recognized"));
        mistakes++;
      }
    }
    if (mistakes > MAX_MISTAKES) {
      say(new SmtpReply(421, "4.7.0 Too many errors"));
      return false;
    }
    return true;
  }

  private void greet() {
    greeted = true;
    forget();
  }

  private void forget() {
    from = null;
    to.clear();
  }

  private boolean startTls() throws IOException {
    if (socket instanceof SSLSocket) {
      say(SEQUENCE);
      return true;
    }
    say(new SmtpReply(220, "2.0.0 Ready to start TLS"));
    out.flush();
    // what came in the clear behind the command is dropped with the old stream
    var secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
    secure.setUseClientMode(false);
    secure.setSoTimeout((int) IDLE.toMillis());
    secure.startHandshake();
    socket = secure;
    in = new BufferedInputStream(secure.getInputStream(), 8 * 1024);
    out = new BufferedOutputStream(secure.getOutputStream(), 4 * 1024);
    greeted = false;
    login = Optional.empty();
    forget();
    return true;
  }

  // ---- AUTH

  private void authenticate(String rest) throws IOException {
    var words = rest.split(" +", 2);
    if (!greeted || login.isPresent()) {
      say(SEQUENCE);
      return;
    }
    try {
      switch (words[0].toUpperCase(Locale.ROOT)) {
        case "PLAIN" -> {
          var given = decoded(words.length > 1 ? words[1] : ask(""));
          var parts = given.split("\0", -1);
          check(parts.length == 3 ? parts[1] : "", parts.length == 3 ? parts[2] : "");
        }
        case "LOGIN" -> {
          var user = decoded(words.length > 1 ? words[1] : ask("Username:"));
          check(user, decoded(ask("Password:")));
        }
        default -> say(new SmtpReply(504, "5.5.4 Unrecognized authentication type"));
      }
    } catch (IllegalArgumentException _) {
      say(new SmtpReply(501, "5.5.2 Cannot decode response"));
    }
  }

  private void check(String user, String password) throws IOException {
    login = drop.login(user, password);
    say(
        login.isPresent()
            ? new SmtpReply(235, "2.7.0 Authentication successful")
            : new SmtpReply(535, "5.7.8 Authentication credentials invalid"));
    if (login.isEmpty()) {
      mistakes++;
    }
  }

  private String ask(String prompt) throws IOException {
    say("334 " + Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.ISO_8859_1)));
    out.flush();
    var line = readLine();
    if (line == null) {
      throw new EOFException();
    }
    if (line.equals("*")) {
      throw new IllegalArgumentException("cancelled");
    }
    return line;
  }

  private static String decoded(String base64) {
    return base64.equals("=")
        ? ""
        : new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
  }

  // ---- envelope

  private SmtpReply mail(String rest) {
    var path = PATH.matcher(rest);
    if (!greeted || from != null) {
      return SEQUENCE;
    }
    if (login.isEmpty() && !drop.takesStrangers()) {
      return new SmtpReply(530, "5.7.0 Authentication required");
    }
    if (!path.matches() || !rest.regionMatches(true, 0, "FROM", 0, 4)) {
      return SYNTAX;
    }
    var size = SIZE.matcher(path.group(2));
    if (size.find() && Long.parseLong(size.group(1)) > MAX_SIZE) {
      return TOO_LARGE;
    }
    var sender = path.group(1);
    var refused = drop.refusal(Stage.MAIL, new Envelope(login, sender, List.of()));
    if (refused.isPresent()) {
      return refused.get();
    }
    from = sender;
    return new SmtpReply(250, "2.1.0 Sender ok");
  }

  private SmtpReply recipient(String rest) {
    var path = PATH.matcher(rest);
    var sender = from;
    if (sender == null) {
      return SEQUENCE;
    }
    if (!path.matches()
        || !rest.regionMatches(true, 0, "TO", 0, 2)
        || path.group(1).indexOf('@') < 1) {
      return SYNTAX;
    }
    if (to.size() >= MAX_RECIPIENTS) {
      return new SmtpReply(452, "4.5.3 Too many recipients");
    }
    var refused = drop.refusal(Stage.RCPT, new Envelope(login, sender, List.of(path.group(1))));
    if (refused.isPresent()) {
      return refused.get();
    }
    to.add(path.group(1));
    return new SmtpReply(250, "2.1.5 Recipient ok");
  }

  // ---- the mail itself

  private boolean data() throws IOException {
    var sender = from;
    if (sender == null || to.isEmpty()) {
      say(SEQUENCE);
      return true;
    }
    var envelope = new Envelope(login, sender, to);
    var refused = drop.refusal(Stage.DATA, envelope);
    if (refused.isPresent()) {
      say(refused.get());
      forget();
      return refused.get().code() != 421;
    }
    say(new SmtpReply(354, "End data with <CR><LF>.<CR><LF>"));
    out.flush();
    var reading = new Reading();
    try {
      var mail = reading.all();
      forget();
      if (mail == null) {
        say(reading.crowded ? new SmtpReply(452, "4.3.1 Too much mail at once") : TOO_LARGE);
        return true;
      }
      return finish(drop.take(envelope, mail));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      room.release(reading.held);
    }
  }

  private boolean finish(Fate fate) throws IOException, InterruptedException {
    return switch (fate) {
      case Fate.Replied(SmtpReply reply, Duration after) -> {
        Thread.sleep(after);
        say(reply);
        yield reply.code() != 421;
      }
      case Fate.HungUp _ -> {
        // not through TLS, whose close would say good-bye
        plain.shutdownOutput();
        yield false;
      }
      case Fate.Reset _ -> {
        // a lingering close of zero seconds sends RST instead of FIN
        plain.setSoLinger(true, 0);
        plain.close();
        yield false;
      }
    };
  }

  /** Reads up to the final dot, counting what is held in memory. */
  private final class Reading {
    private int held;
    private boolean crowded;

    /** The mail with its stuffed dots removed; null where it was too large to keep. */
    byte @Nullable [] all() throws IOException {
      var mail = new ByteArrayOutputStream(4 * 1024);
      boolean lost = false;
      boolean lineStart = true;
      boolean afterCr = false;
      while (true) {
        int c = in.read();
        if (c < 0) {
          throw new EOFException();
        }
        if (lineStart && c == '.') {
          c = in.read();
          if (c == '\r') {
            int lf = in.read();
            if (lf == '\n') {
              return lost ? null : mail.toByteArray();
            }
            mail.write('\r');
            c = lf;
          }
          if (c < 0) {
            throw new EOFException();
          }
        }
        // a line ends with CR LF only: a bare LF ends none, or two servers see two mails
        lineStart = afterCr && c == '\n';
        afterCr = c == '\r';
        if (!lost) {
          mail.write(c);
          lost = mail.size() > MAX_SIZE || !reserved(mail.size());
          if (lost) {
            mail.reset();
          }
        }
      }
    }

    private boolean reserved(int bytes) {
      int needed = bytes / 1024 + 1;
      if (needed <= held) {
        return true;
      }
      if (!room.tryAcquire(needed - held)) {
        crowded = true;
        return false;
      }
      held = needed;
      return true;
    }
  }

  // ---- lines

  private void say(SmtpReply reply) throws IOException {
    say(reply.line());
  }

  private void say(String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.UTF_8));
    out.write('\r');
    out.write('\n');
  }

  private @Nullable String readLine() throws IOException {
    var line = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (line.size() >= MAX_LINE) {
        say(new SmtpReply(500, "5.5.6 Line too long"));
        out.flush();
        return null;
      }
      line.write(c);
    }
    var text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
