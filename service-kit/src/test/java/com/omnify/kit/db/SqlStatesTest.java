package com.omnify.kit.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionSystemException;

class SqlStatesTest {

  @Test
  void brokenConnectionIsSeenBehindTheRollbackThatFailedToo() {
    var rollback =
        new TransactionSystemException("rollback", new SQLException("Connection is closed"));
    rollback.initApplicationException(
        new DataAccessResourceFailureException(
            "query", new SQLException("terminating connection", "57P01")));
    assertThat(SqlStates.of(rollback)).isEqualTo("57P01");
    assertThat(SqlStates.unavailable(rollback)).isTrue();
    assertThat(SqlStates.unavailable(new IllegalStateException())).isFalse();
  }
}
