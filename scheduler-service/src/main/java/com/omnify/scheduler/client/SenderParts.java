package com.omnify.scheduler.client;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.sequence.policy.Problems;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What accounts, numbers and mailboxes have in common over REST. */
final class SenderParts {

  private SenderParts() {}

  /**
   * A page of a client's rows, in the order of their ids.
   *
   * @param select ends in a condition on {@code :client}
   */
  static <T> Page<T> page(
      Transactions tx,
      JdbcClient jdbc,
      Caller caller,
      @Nullable Integer limit,
      @Nullable String cursor,
      String select,
      RowMapper<T> mapper,
      Function<T, UUID> id) {
    int size = Limits.page(limit);
    ClientId client = caller.client();
    return tx.readInClient(
        client,
        () ->
            Page.of(
                jdbc.sql(
                        select
                            + " AND (:after::uuid IS NULL OR id > :after) ORDER BY id LIMIT :limit")
                    .param("client", client.value())
                    .param("after", after(cursor))
                    .param("limit", size + 1)
                    .query(mapper)
                    .list(),
                size,
                last -> Cursor.encode(id.apply(last).toString())));
  }

  private static @Nullable UUID after(@Nullable String cursor) {
    return cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
  }

  /** What a sender may send, a second and a day. */
  static void checkLimits(
      @Nullable Integer perSecond, @Nullable Integer dailyCap, Problems problems) {
    if (perSecond != null && (perSecond < 1 || perSecond > 1000)) {
      problems.add("per_second", "it lies between 1 and 1000", "ask the provider for the limit");
    }
    if (dailyCap != null && (dailyCap < 0 || dailyCap > 10_000_000)) {
      problems.add("daily_cap", "it lies between 0 and 10000000", "0 lets nothing out");
    }
  }

  /** Refuses a body that something is wrong with. */
  static void refuse(Problems problems) {
    if (!problems.isEmpty()) {
      throw Problem.unprocessable(ClientController.faults(problems));
    }
  }
}
