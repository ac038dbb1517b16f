package com.omnify.launcher.fleet;

import com.omnify.launcher.fleet.FleetState.Phase;
import com.omnify.launcher.kafka.EmbeddedKafka;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Ports;
import com.omnify.launcher.process.Rights;
import com.omnify.migrations.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts the fleet in order, keeps it running, stops it in the opposite order. */
public final class Supervisor {

  private static final Duration SERVICE_READY_WITHIN = Duration.ofSeconds(180);

  /** A service stops within 90 s, whatever hangs, and nearly always within one. */
  private static final Duration GRACE = Duration.ofSeconds(95);

  private static final Duration BEFORE_TRAINING = Duration.ofSeconds(15);

  private final FleetSettings settings;
  private final Secrets secrets;
  private final Consumer<String> say;
  private final AotCaches caches;
  private final Map<String, String> classPaths;
  private final Map<Member, Supervised> members = new EnumMap<>(Member.class);
  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Executor work = Executors.newVirtualThreadPerTaskExecutor();

  /** Held while the file is written; never while anything is waited for. */
  private final Object stateFile = new Object();

  private volatile Phase phase = Phase.STARTING;
  private volatile String message = "";
  private volatile double startSeconds;
  private volatile boolean stopping;
  private volatile @Nullable Thread trainer;
  private volatile Runnable beforeStop = () -> {};

  /**
   * Prepares; nothing runs yet.
   *
   * @param classPaths of each module, as {@link ClassPaths} gathers them
   * @param say takes short lines about what happens
   */
  public Supervisor(
      FleetSettings settings,
      Secrets secrets,
      Map<String, String> classPaths,
      Consumer<String> say) {
    this.settings = settings;
    this.secrets = secrets;
    this.classPaths = Map.copyOf(classPaths);
    this.say = say;
    this.caches = new AotCaches(settings.data().aot(), settings.data().log("aot"), settings.aot());
  }

  /** Those of the ports this fleet needs that somebody else listens on. */
  public static List<Member> membersWithTakenPorts(FleetSettings settings) {
    return running(settings).stream().filter(m -> !Ports.isFree(settings.ports().of(m))).toList();
  }

  private static List<Member> running(FleetSettings settings) {
    var running = new ArrayList<Member>();
    for (var member : Member.values()) {
      boolean absent =
          switch (member) {
            case POSTGRESQL -> settings.external().databaseUrl() != null;
            case KAFKA -> settings.external().kafka() != null;
            case SANDBOX -> !settings.sandbox();
            default -> false;
          };
      if (!absent) {
        running.add(member);
      }
    }
    return running;
  }

  /**
   * Starts everything up to a usable console; the late members follow by themselves.
   *
   * @throws IOException with the reason, and then everything has been stopped again
   */
  public void start() throws IOException {
    prepare();
    writeState();
    try {
      var ground = new ArrayList<CompletableFuture<Void>>();
      ground.add(
          begin(Member.POSTGRESQL)
              .thenRunAsync(
                  () -> {
                    var database = database();
                    Migrations.createDatabase(
                        database.serverUrl(),
                        database.adminUser(),
                        database.adminPassword(),
                        database.name());
                    Migrations.migrate(
                        database.url(),
                        database.adminUser(),
                        database.adminPassword(),
                        secrets.databaseServicePassword());
                    saySince("the schema stands at version " + Migrations.SCHEMA_VERSION);
                  },
                  work));
      ground.add(begin(Member.KAFKA).thenRunAsync(this::createTopics, work));
      ground.add(begin(Member.SANDBOX));
      join(ground);
      join(beginAll(Member.Stage.SERVICES));
    } catch (CompletionException e) {
      var reason = e.getCause() == null ? e : e.getCause();
      fail(reason.getMessage() == null ? reason.toString() : reason.getMessage());
      throw new IOException(reason.getMessage(), reason);
    }
    if (stopping) {
      throw new IOException("stopped while starting");
    }
    startSeconds = secondsSinceStart();
    phase = Phase.READY;
    writeState();
    beginAll(Member.Stage.LATE);
    trainLater();
  }

  private void prepare() throws IOException {
    for (var member : running(settings)) {
      members.put(member, supervised(member));
    }
  }

  private Supervised supervised(Member member) throws IOException {
    int port = settings.ports().of(member);
    var log = settings.data().log(member.title());
    Supervised.Start start =
        switch (member) {
          case POSTGRESQL -> () -> new Supervised.Started(startPostgres(), null);
          case KAFKA -> this::startKafka;
          default -> starter(member);
        };
    BooleanSupplier ready = () -> Readiness.of(member, port);
    return new Supervised(
        member,
        port,
        log,
        SERVICE_READY_WITHIN,
        start,
        ready,
        caches,
        this::writeState,
        this::saySince);
  }

  private Child startPostgres() throws IOException {
    return EmbeddedPostgres.start(postgresOptions()).child();
  }

  private EmbeddedPostgres.Options postgresOptions() {
    return EmbeddedPostgres.Options.below(settings.data().postgres())
        .withPort(settings.ports().of(Member.POSTGRESQL))
        .withLog(settings.data().log(Member.POSTGRESQL.title()))
        .withPassword(secrets.databaseAdminPassword());
  }

  private Supervised.Started startKafka() throws IOException {
    var program = kafkaProgram();
    var cache = caches.find(program).orElse(null);
    var flags = new ArrayList<>(program.flags());
    if (cache != null) {
      flags.addAll(JavaProgram.cacheFlags(cache));
    }
    var options = kafkaOptions().withJvmArguments(flags);
    try {
      return new Supervised.Started(EmbeddedKafka.start(options).child(), cache);
    } catch (IOException e) {
      if (cache == null || stopping) {
        throw e;
      }
      caches.discard(cache);
      var without = options.withJvmArguments(program.flags());
      return new Supervised.Started(EmbeddedKafka.start(without).child(), null);
    }
  }

  private EmbeddedKafka.Options kafkaOptions() {
    return EmbeddedKafka.Options.below(settings.data().kafka())
        .withPort(settings.ports().of(Member.KAFKA))
        .withLog(settings.data().log(Member.KAFKA.title()));
  }

  private JavaProgram kafkaProgram() {
    return new JavaProgram(
        Member.KAFKA.title(),
        EmbeddedKafka.MAIN_CLASS,
        kafkaOptions().classPath(),
        EmbeddedKafka.Options.SMALL_JVM);
  }

  private Supervised.Start starter(Member member) throws IOException {
    var classPath = classPaths.get(member.module());
    if (classPath == null) {
      throw new IOException(member.title() + " has no class path");
    }
    return () -> {
      var program =
          JavaProgram.service(member, classPath)
              .withFlagsOf(settings.data().jvmFlags(member.title()));
      var cache = caches.find(program).orElse(null);
      return new Supervised.Started(
          Child.start(
              new Child.Spec(
                  member.title(),
                  program.command(cache, List.of(), List.of()),
                  environment(member),
                  settings.data().log(member.title()),
                  // a crash must be harmless anyway, and a second fleet wants the ports at once
                  DeathSignal.KILL,
                  new Rights.Same())),
          cache);
    };
  }

  private Map<String, String> environment(Member member) {
    return member.isService()
        ? new ServiceEnvironment(settings, secrets, database(), kafka()).of(member)
        : ServiceEnvironment.ofSandbox(settings);
  }

  /** The fleet's database, embedded or not. */
  public DatabaseAddress database() {
    return database(settings, secrets);
  }

  /** The database of a fleet with these settings. */
  public static DatabaseAddress database(FleetSettings settings, Secrets secrets) {
    return settings
        .external()
        .database()
        .orElseGet(
            () -> {
              var server =
                  "jdbc:postgresql://127.0.0.1:" + settings.ports().of(Member.POSTGRESQL) + "/";
              return new DatabaseAddress(
                  server + "omnify",
                  server + "postgres",
                  "omnify",
                  EmbeddedPostgres.ADMIN,
                  secrets.databaseAdminPassword());
            });
  }

  /** Kafka's bootstrap servers. */
  public String kafka() {
    var external = settings.external().kafka();
    return external != null ? external : "127.0.0.1:" + settings.ports().of(Member.KAFKA);
  }

  private void createTopics() {
    try {
      KafkaTopics.create(kafka());
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Begins a member; one that is external or not wanted counts as there. */
  private CompletableFuture<Void> begin(Member member) {
    var supervised = members.get(member);
    if (supervised == null) {
      return CompletableFuture.completedFuture(null);
    }
    return supervised.begin().thenRun(() -> saySince(member.title() + " is ready"));
  }

  private List<CompletableFuture<Void>> beginAll(Member.Stage stage) {
    return members.keySet().stream().filter(m -> m.stage() == stage).map(this::begin).toList();
  }

  /** Waits for all, but no longer than for the first failure. */
  private static void join(List<CompletableFuture<Void>> futures) {
    var all = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    var failed = new CompletableFuture<Void>();
    futures.forEach(
        future ->
            future.whenComplete(
                (_, error) -> {
                  if (error != null) {
                    failed.completeExceptionally(error);
                  }
                }));
    CompletableFuture.anyOf(all, failed).join();
  }

  private void fail(String reason) {
    message = reason;
    shutDown(Phase.FAILED);
  }

  /** What to do first when the fleet is to stop, while everything still answers. */
  public void beforeStop(Runnable action) {
    beforeStop = action;
  }

  /** Stops everything, in order. Safe to call twice and from a shutdown hook. */
  public void stop() {
    shutDown(Phase.STOPPING);
  }

  private synchronized void shutDown(Phase into) {
    if (stopping) {
      return;
    }
    boolean wasReady = phase == Phase.READY;
    stopping = true;
    phase = into;
    writeState();
    if (wasReady) {
      beforeStop.run();
    }
    var training = trainer;
    if (training != null) {
      training.interrupt();
    }
    // nobody new comes in, what is under way ends, and only then what it needs
    stopTogether(List.of(Member.CONSOLE), DeathSignal.TERM);
    stopTogether(
        Member.services().stream().filter(m -> m != Member.CONSOLE).toList(), DeathSignal.TERM);
    stopTogether(List.of(Member.SANDBOX), DeathSignal.TERM);
    stopTogether(List.of(Member.KAFKA), DeathSignal.TERM);
    stopTogether(List.of(Member.POSTGRESQL), DeathSignal.INT);
    writeState();
    stopped.countDown();
  }

  private void stopTogether(List<Member> which, DeathSignal signal) {
    var stops =
        which.stream()
            .map(members::get)
            .filter(java.util.Objects::nonNull)
            .map(member -> CompletableFuture.runAsync(() -> member.stop(signal, GRACE), work))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(stops).join();
  }

  /** Waits until somebody has stopped it. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /** Trains what has no cache yet, one after the other, when the machine has come to rest. */
  private void trainLater() {
    if (!settings.aot()) {
      return;
    }
    trainer =
        Thread.ofVirtual()
            .name("trains")
            .start(
                () -> {
                  try {
                    TimeUnit.MILLISECONDS.sleep(BEFORE_TRAINING.toMillis());
                    train();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } catch (IOException e) {
                    saySince("no ahead-of-time cache: " + e.getMessage());
                  }
                });
  }

  private void train() throws IOException, InterruptedException {
    for (var member : members.keySet()) {
      boolean trained =
          switch (member) {
            case POSTGRESQL, SANDBOX -> false;
            case KAFKA -> trainKafka();
            default -> trainService(member);
          };
      if (trained) {
        saySince(member.title() + " will start faster next time");
      }
    }
  }

  private boolean trainService(Member member) throws IOException, InterruptedException {
    var classPath = classPaths.get(member.module());
    if (classPath == null) {
      return false;
    }
    var environment = new HashMap<>(environment(member));
    environment.put("SERVER_PORT", "0");
    // the context is made and closed; its listeners and servers never start
    return caches.train(
        JavaProgram.service(member, classPath),
        List.of("-Dspring.context.exit=onRefresh"),
        List.of(),
        environment);
  }

  private boolean trainKafka() throws IOException, InterruptedException {
    var directory = Files.createTempDirectory(settings.data().aot(), "kafka-");
    try {
      var files = EmbeddedKafka.configure(EmbeddedKafka.Options.below(directory), Ports.free());
      return caches.train(
          kafkaProgram(),
          List.of(EmbeddedKafka.EXIT_WHEN_READY),
          files.stream().map(Path::toString).toList(),
          Map.of());
    } finally {
      deleteTree(directory);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (var path :
          (Iterable<Path>) paths.sorted(java.util.Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }

  private double secondsSinceStart() {
    return (System.nanoTime() - startedNanos) / 100_000_000L / 10.0;
  }

  private void saySince(String line) {
    say.accept("%6.1f s  %s".formatted(secondsSinceStart(), line));
  }

  /** A snapshot of the whole. */
  public FleetState state() {
    return new FleetState(
        ProcessHandle.current().pid(),
        phase,
        message,
        settings.publicUrl().toString(),
        database().url(),
        kafka(),
        ServiceEnvironment.sandboxUrl(settings),
        startedAt,
        startSeconds,
        members.values().stream().map(Supervised::state).toList());
  }

  private void writeState() {
    synchronized (stateFile) {
      try {
        state().write(settings.data().state());
      } catch (IOException e) {
        say.accept("the state file cannot be written: " + e.getMessage());
      }
    }
  }
}
