package com.omnify.console.live;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@Tag(name = "Live", description = "What happens, as it happens")
class LiveController implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(LiveController.class);

  /** After this the browser connects anew, with credentials that must still be good. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final LiveFeed feed;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  LiveController(LiveFeed feed) {
    this.feed = feed;
  }

  @Needs(Role.MEMBER)
  @GetMapping(path = "/api/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      operationId = "followEvents",
      summary = "Follow what happens at a client, as server-sent events",
      description =
          "Event `hello` once, then `happened` with {items, more} for every look at the topics, and"
              + " `missed` where the reader was too slow: read the lists anew then. A comment keeps"
              + " the line alive. Where no header can be sent, the client is the parameter client_id.")
  ResponseEntity<SseEmitter> follow(Caller caller) {
    var connection = new Connection(caller.client());
    feed.join(connection.client, connection);
    open.add(connection);
    Thread.ofVirtual().name("live-" + connection.client).start(connection::run);
    return ResponseEntity.ok()
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("X-Accel-Buffering", "no")
        .body(connection.emitter);
  }

  /**
   * A browser that looks. Its queue is short: who reads too slowly is told that they missed some.
   */
  private final class Connection implements LiveFeed.Listener {

    private final ClientId client;
    private final SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
    private final ArrayBlockingQueue<LiveFeed.Told> waiting = new ArrayBlockingQueue<>(32);
    private volatile boolean missed;
    private volatile boolean closed;

    Connection(ClientId client) {
      this.client = client;
      emitter.onCompletion(this::close);
      emitter.onTimeout(emitter::complete);
      emitter.onError(_ -> close());
    }

    @Override
    public void tell(LiveFeed.Told told) {
      while (!waiting.offer(told)) {
        waiting.poll();
        missed = true;
      }
    }

    void run() {
      try {
        emitter.send(SseEmitter.event().name("hello").reconnectTime(3_000).data("{}"));
        while (!closed) {
          var told = waiting.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
          if (missed) {
            missed = false;
            emitter.send(SseEmitter.event().name("missed").data("{}"));
          }
          if (told == null) {
            emitter.send(SseEmitter.event().comment("still here"));
          } else {
            emitter.send(
                SseEmitter.event().name("happened").data(told, MediaType.APPLICATION_JSON));
          }
        }
      } catch (IOException | IllegalStateException e) {
        log.debug("A live feed ended", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close();
        emitter.complete();
      }
    }

    void close() {
      closed = true;
      open.remove(this);
      feed.leave(client, this);
    }
  }

  /** Open feeds would hold up a graceful stop: they end first. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 100;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    open.forEach(connection -> connection.emitter.complete());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
