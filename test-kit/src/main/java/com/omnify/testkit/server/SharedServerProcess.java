package com.omnify.testkit.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The process that keeps one server alive for as long as the run's owner lives. The server is its
 * child and dies with it.
 */
final class SharedServerProcess {

  static final String ADDRESS = "address";

  private SharedServerProcess() {}

  /** Arguments: the kind of server, its directory, the run's owner. */
  public static void main(String[] arguments) throws Exception {
    var kind = ServerKind.valueOf(arguments[0]);
    var directory = Path.of(arguments[1]);
    var owner = RunOwner.parse(arguments[2]);
    RunDirectory.sweep();
    var server = kind.start(directory);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop().run();
                  RunDirectory.delete(directory);
                  RunDirectory.deleteIfEmpty(directory.resolve("..").normalize());
                },
                "stop"));
    publish(directory, ProcessHandle.current().pid() + " " + server.address());
    // the wait itself: polls, since the owner is no child of this process
    owner.process().ifPresent(process -> process.onExit().join());
    System.exit(0);
  }

  private static void publish(Path directory, String address) throws Exception {
    Path writing = directory.resolve(ADDRESS + ".new");
    Files.writeString(writing, address);
    Files.move(writing, directory.resolve(ADDRESS), StandardCopyOption.ATOMIC_MOVE);
  }
}
