package com.omnify.race;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import com.omnify.channels.send.Attempt;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.jspecify.annotations.Nullable;

/**
 * Notes each POST as it goes into its socket, below all of the product's code and of the HTTP
 * client: the stream of every connection is wrapped, by an agent, as the product has no place for
 * it. The dispatch is read from the bytes.
 */
public final class WireTap {

  /**
   * One request on its way, by {@link System#nanoTime()}.
   *
   * @param firstByte just before its first byte was handed to the operating system
   * @param lastByte when the operating system had taken all
   */
  record Post(long firstByte, long lastByte) {}

  private static final Pattern DISPATCH = Pattern.compile("dispatch%3D([0-9a-f-]{36})");
  private static final Map<UUID, Post> POSTS = new ConcurrentHashMap<>();
  private static final Map<UUID, Runnable> HALTS = new ConcurrentHashMap<>();
  private static volatile Runnable beforeLastLook = () -> {};

  private WireTap() {}

  /** Once, before the first connection is made. */
  static synchronized void install() {
    ByteBuddyAgent.install();
    new ByteBuddy()
        .redefine(SocketHolder.class)
        .visit(
            Advice.to(OnGetOutputStream.class).on(named("getOutputStream").and(takesArguments(1))))
        .make()
        .load(SocketHolder.class.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
    new ByteBuddy()
        .redefine(Attempt.class)
        .visit(Advice.to(OnBegin.class).on(named("begin")))
        .make()
        .load(Attempt.class.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
  }

  /** The POST of a dispatch, null where none was begun. */
  static @Nullable Post of(UUID dispatch) {
    return POSTS.get(dispatch);
  }

  static int posts() {
    return POSTS.size();
  }

  static void forget() {
    POSTS.clear();
  }

  /** Every thread that is about to ask whether its POST may begin does this before. */
  static void haltBeforeLastLook(Runnable pause) {
    beforeLastLook = pause;
  }

  /** The thread that is about to write that POST's first byte, and asks nothing more, does this. */
  static void haltBehindLastLook(UUID dispatch, Runnable pause) {
    HALTS.put(dispatch, pause);
  }

  /** Woven into the HTTP client. */
  public static final class OnGetOutputStream {
    private OnGetOutputStream() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) OutputStream stream) {
      stream = tapped(stream);
    }
  }

  /** Woven into the product's last look. */
  public static final class OnBegin {
    private OnBegin() {}

    @Advice.OnMethodEnter
    static void enter() {
      beforeBegin();
    }
  }

  public static void beforeBegin() {
    beforeLastLook.run();
  }

  public static OutputStream tapped(OutputStream stream) {
    return new Tapped(stream);
  }

  private static final class Tapped extends OutputStream {
    private final OutputStream stream;
    private final StringBuilder request = new StringBuilder();
    private long firstByte;

    Tapped(OutputStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
      if (!HALTS.isEmpty()) {
        var halted = DISPATCH.matcher(text);
        Runnable pause = halted.find() ? HALTS.remove(UUID.fromString(halted.group(1))) : null;
        if (pause != null) {
          pause.run();
        }
      }
      long before = System.nanoTime();
      stream.write(bytes, offset, length);
      long after = System.nanoTime();
      if (request.isEmpty()) {
        firstByte = before;
      }
      request.append(text);
      var found = DISPATCH.matcher(request);
      if (found.find()) {
        Post earlier = POSTS.put(UUID.fromString(found.group(1)), new Post(firstByte, after));
        request.setLength(0);
        if (earlier != null) {
          throw new AssertionError("A second POST for dispatch " + found.group(1));
        }
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
