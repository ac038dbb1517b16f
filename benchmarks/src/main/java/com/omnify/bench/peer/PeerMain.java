package com.omnify.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * Runs a peer in a process of its own, so that its processor time can be told from others'. It
 * takes {@code prepare N} and {@code run} on standard input and answers each with a line.
 */
public final class PeerMain {

  private PeerMain() {}

  /**
   * Serves until its input ends.
   *
   * @param args the peer's name, the database's address, the provider's address
   */
  public static void main(String[] args) throws SQLException, IOException, InterruptedException {
    try (Peer peer = peer(args[0], args[1], URI.create(args[2]));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("prepare ")) {
          peer.prepare(Integer.parseInt(line.substring("prepare ".length())));
          System.out.println("prepared");
        } else {
          long start = System.nanoTime();
          peer.run();
          System.out.println("done " + (System.nanoTime() - start));
        }
      }
    }
  }

  private static Peer peer(String name, String database, URI provider) throws SQLException {
    return switch (name) {
      case ControlRow.NAME -> new ControlRow(database, provider);
      case DbSchedulerNoOp.NAME -> new DbSchedulerNoOp(database);
      default -> throw new IllegalArgumentException("there is no peer " + name);
    };
  }
}
