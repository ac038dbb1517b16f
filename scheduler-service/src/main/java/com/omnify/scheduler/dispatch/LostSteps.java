package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.RearmPolicy;
import com.omnify.scheduler.enrollment.EnrolledPerson;
import com.omnify.scheduler.enrollment.EnrollmentKey;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import com.omnify.scheduler.enrollment.MoveWriter;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Enrollments that nobody would ever look at again. All enrollments are walked, a slice at a time,
 * in the order of their key: a million takes a quarter of an hour and costs nothing between.
 */
@Component
public class LostSteps {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String END_OF_SLICE =
      """
      SELECT client_id, id FROM enrollments WHERE (client_id, id) > (:client, :id)
      ORDER BY client_id, id OFFSET :size LIMIT 1
      """;

  // One statement, one snapshot: both tables are always written in one transaction.
  private static final String LOST =
      """
      SELECT e.client_id, e.id FROM enrollments e
      WHERE (e.client_id, e.id) > (:client, :id) AND (:last OR (e.client_id, e.id) <= (:end_client, :end_id))
        AND (e.status = 'active' OR e.status = 'paused' AND e.open_dispatch_id IS NOT NULL)
        AND NOT EXISTS (SELECT FROM due d WHERE d.client_id = e.client_id AND d.enrollment_id = e.id OFFSET 0)
      ORDER BY e.client_id, e.id LIMIT :most
      """;

  private static final String STILL_LOST =
      """
      SELECT NOT EXISTS (SELECT FROM due d WHERE d.client_id = :client AND d.enrollment_id = :id)
      """;

  private static final String LATEST =
      """
      SELECT id, state FROM dispatches
      WHERE client_id = :client AND enrollment_id = :enrollment AND step_id = :step ORDER BY id DESC LIMIT 1
      """;

  private static final String LOOK_NOW =
      """
      UPDATE due d SET due_at = :now FROM unnest(:clients, :ids) AS k (client_id, id)
      WHERE d.client_id = k.client_id AND d.enrollment_id = k.id AND d.watchdog AND d.due_at > :now
      """;

  private static final int MOST = 1_000;

  private final Transactions tx;
  private final JdbcClient jdbc;
  private final EnrollmentRows rows;
  private final MoveWriter writer;
  private final Dispatcher dispatcher;
  private final Moments moments;
  private final RealClock realClock;
  private Key walkedTo = new Key(FIRST, FIRST);

  private record Key(UUID client, UUID id) {}

  /** One that was lost, with what was done, for people. */
  public record Mended(Enrollment.Ref ref, String words) {}

  LostSteps(
      Transactions tx,
      JdbcClient jdbc,
      EnrollmentRows rows,
      MoveWriter writer,
      Dispatcher dispatcher,
      Moments moments,
      RealClock realClock) {
    this.tx = tx;
    this.jdbc = jdbc;
    this.rows = rows;
    this.writer = writer;
    this.dispatcher = dispatcher;
    this.moments = moments;
    this.realClock = realClock;
  }

  /** Walks on by so many enrollments and takes up again those that were lost. */
  public List<Mended> mend(int size) {
    Key from = walkedTo;
    Optional<Key> end = tx.readInBackground(() -> endOfSlice(from, size));
    List<EnrollmentKey> lost = tx.readInBackground(() -> lost(from, end));
    var mended = new ArrayList<Mended>();
    for (EnrollmentKey key : lost) {
      tx.inBackground(() -> mend(key)).ifPresent(mended::add);
    }
    // Where there are more than that, the same slice is walked again.
    walkedTo = lost.size() == MOST ? from : end.orElse(new Key(FIRST, FIRST));
    return mended;
  }

  private Optional<Key> endOfSlice(Key from, int size) {
    return jdbc.sql(END_OF_SLICE)
        .param("client", from.client())
        .param("id", from.id())
        .param("size", size - 1)
        .query((row, _) -> new Key(Pg.uuid(row, "client_id"), Pg.uuid(row, "id")))
        .optional();
  }

  private List<EnrollmentKey> lost(Key from, Optional<Key> end) {
    Key to = end.orElse(from);
    return jdbc.sql(LOST)
        .param("client", from.client())
        .param("id", from.id())
        .param("last", end.isEmpty())
        .param("end_client", to.client())
        .param("end_id", to.id())
        .param("most", MOST)
        .query(
            (row, _) ->
                new EnrollmentKey(
                    Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", EnrollmentId::new)))
        .list();
  }

  private Optional<Mended> mend(EnrollmentKey key) {
    Moment moment = moments.now();
    for (EnrolledPerson person : rows.lock(List.of(key))) {
      if (!stillLost(key)) {
        return Optional.empty();
      }
      var move =
          RearmPolicy.rearm(
              dispatcher.parked(person), latest(person.enrollment()), moment, realClock.now());
      writer.write(List.of(move), moment.now());
      return move.log().stream()
          .findFirst()
          .map(line -> new Mended(person.enrollment().ref(), line.words()));
    }
    return Optional.empty();
  }

  private boolean stillLost(EnrollmentKey key) {
    return jdbc.sql(STILL_LOST)
        .param("client", key.client().value())
        .param("id", key.id().value())
        .query(Boolean.class)
        .single();
  }

  private Optional<RearmPolicy.Latest> latest(Enrollment enrollment) {
    if (enrollment.place().stepId() == null) {
      return Optional.empty();
    }
    return jdbc.sql(LATEST)
        .param("client", enrollment.ref().clientId().value())
        .param("enrollment", enrollment.ref().id().value())
        .param("step", enrollment.place().stepId().value())
        .query(
            (row, _) ->
                new RearmPolicy.Latest(
                    Pg.id(row, "id", DispatchId::new),
                    WireEnum.parse(DispatchState.class, row.getString("state"))))
        .optional();
  }

  /** Has the dispatches of these looked at by the next claim; says of how many. */
  public int lookNow(List<EnrollmentKey> keys) {
    if (keys.isEmpty()) {
      return 0;
    }
    return tx.inBackground(
        () ->
            jdbc.sql(LOOK_NOW)
                .param("now", Pg.timestamp(realClock.now()))
                .param("clients", Pg.uuids(keys.stream().map(EnrollmentKey::client).toList()))
                .param("ids", Pg.uuids(keys.stream().map(EnrollmentKey::id).toList()))
                .update());
  }

  /** The key of what is known by bare ids, if it is an enrollment's. */
  public static Optional<EnrollmentKey> key(@Nullable UUID client, @Nullable UUID enrollment) {
    return client == null || enrollment == null
        ? Optional.empty()
        : Optional.of(new EnrollmentKey(new ClientId(client), new EnrollmentId(enrollment)));
  }
}
