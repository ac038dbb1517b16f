package com.omnify.bench.peer;

import java.io.IOException;
import java.sql.SQLException;

/** A way of doing steps that ours is compared with. */
interface Peer extends AutoCloseable {

  /** Makes so many steps ready; all are due when {@link #run} begins. */
  void prepare(int steps) throws SQLException;

  /** Does all that was prepared, each once, and returns when the last is done. */
  void run() throws SQLException, IOException, InterruptedException;

  @Override
  void close() throws SQLException, IOException;
}
