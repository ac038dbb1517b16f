package com.omnify.bench.workload;

import com.omnify.bench.report.Measurement;
import java.io.IOException;
import java.sql.SQLException;

/** Something that is repeated and measured. */
public interface Workload extends AutoCloseable {

  String name();

  /**
   * Prepares so many steps, does them, and measures the doing.
   *
   * @throws BrokenPromise when not every step was done exactly once
   */
  Measurement run(int run, int steps) throws SQLException, IOException, InterruptedException;

  @Override
  void close() throws SQLException, IOException;
}
