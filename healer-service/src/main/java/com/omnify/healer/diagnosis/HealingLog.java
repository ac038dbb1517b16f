package com.omnify.healer.diagnosis;

import com.omnify.healer.diagnosis.policy.History;
import com.omnify.healer.diagnosis.policy.Reachability;
import com.omnify.kit.db.Pg;
import com.omnify.model.FailureType;
import com.omnify.model.PhoneType;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.HealingId;
import com.omnify.model.id.Id;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Every failure with its diagnosis, and what came of it. */
@Repository
class HealingLog {

  private final JdbcClient db;

  HealingLog(JdbcClient db) {
    this.db = db;
  }

  /**
   * What is known about a failed dispatch.
   *
   * @param answered whether it has had its one answer already
   */
  record Background(boolean answered, History history, Reachability contact) {}

  /** Of a whole batch at once. */
  Map<DispatchId, Background> background(List<FailedDispatch> failed) {
    List<DispatchRef> refs = failed.stream().map(FailedDispatch::dispatch).toList();
    var found = new HashMap<DispatchId, Background>();
    db.sql(
            """
            SELECT asked.dispatch_id,
              EXISTS (SELECT FROM healing_log h
                WHERE h.client_id = asked.client_id AND h.dispatch_id = asked.dispatch_id) AS answered,
              ARRAY(SELECT h.failure FROM healing_log h
                WHERE h.client_id = asked.client_id AND h.enrollment_id = asked.enrollment_id
                  AND h.step_id = asked.step_id AND h.dispatch_id < asked.dispatch_id
                ORDER BY h.dispatch_id) AS earlier,
              c.phone_type, c.phone_valid, coalesce(d.identity = c.phone, false) AS same_number
            FROM unnest(:clients, :contacts, :enrollments, :steps, :dispatches)
              AS asked (client_id, contact_id, enrollment_id, step_id, dispatch_id)
            LEFT JOIN contacts c ON c.client_id = asked.client_id AND c.id = asked.contact_id
            LEFT JOIN dispatches d ON d.client_id = asked.client_id AND d.id = asked.dispatch_id
            """)
        .param("clients", ids(refs, DispatchRef::clientId))
        .param("contacts", ids(refs, DispatchRef::contactId))
        .param("enrollments", ids(refs, DispatchRef::enrollmentId))
        .param("steps", ids(refs, DispatchRef::stepId))
        .param("dispatches", ids(refs, DispatchRef::dispatchId))
        .query(
            row -> {
              found.put(Pg.id(row, "dispatch_id", DispatchId::new), background(row));
            });
    return found;
  }

  private static Background background(ResultSet row) throws SQLException {
    String[] earlier = (String[]) row.getArray("earlier").getArray();
    var history =
        new History(
            Arrays.stream(earlier)
                .map(failure -> WireEnum.parse(FailureType.class, failure))
                .toList());
    String phoneType = row.getString("phone_type");
    var contact =
        phoneType == null
            ? Reachability.UNKNOWN
            : new Reachability(
                row.getBoolean("same_number"),
                WireEnum.parse(PhoneType.class, phoneType),
                row.getBoolean("phone_valid"));
    return new Background(row.getBoolean("answered"), history, contact);
  }

  /** Inserts and says which are new: a repeat of the event finds its row there. */
  Set<HealingId> insert(List<Healing> healings) {
    List<DispatchRef> refs = healings.stream().map(each -> each.failed().dispatch()).toList();
    return db
        .sql(
            """
            INSERT INTO healing_log (id, client_id, contact_id, enrollment_id, sequence_id, step_id, dispatch_id,
              failure, error_code, action, detail, reason, result, at)
            SELECT * FROM unnest(:ids, :clients, :contacts, :enrollments, :sequences, :steps, :dispatches,
              :failures, :codes, :actions, :details, :reasons, :results, :ats)
            ON CONFLICT (client_id, dispatch_id, failure) DO NOTHING
            RETURNING id
            """)
        .param("ids", ids(healings, Healing::id))
        .param("clients", ids(refs, DispatchRef::clientId))
        .param("contacts", ids(refs, DispatchRef::contactId))
        .param("enrollments", ids(refs, DispatchRef::enrollmentId))
        .param("sequences", ids(refs, DispatchRef::sequenceId))
        .param("steps", ids(refs, DispatchRef::stepId))
        .param("dispatches", ids(refs, DispatchRef::dispatchId))
        .param("failures", Pg.wires(healings.stream().map(each -> each.failed().type()).toList()))
        .param("codes", texts(healings, each -> each.failed().code()))
        .param("actions", texts(healings, Healing::actionName))
        .param("details", Pg.jsonbs(healings.stream().map(Healing::detail).toList()))
        .param("reasons", texts(healings, each -> each.diagnosis().reason()))
        .param("results", texts(healings, Healing::result))
        .param("ats", Pg.instants(healings.stream().map(Healing::at).toList()))
        .query(UUID.class)
        .list()
        .stream()
        .map(HealingId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Notes what came of the retries that were ordered, and says of how many. A row that has its
   * result keeps it.
   */
  int settle(Collection<RetryOutcome> outcomes, RetryOutcome.Result result) {
    List<DispatchRef> refs =
        outcomes.stream()
            .filter(outcome -> outcome.result() == result)
            .map(RetryOutcome::dispatch)
            .toList();
    if (refs.isEmpty()) {
      return 0;
    }
    return db.sql(
            """
            UPDATE healing_log h SET result = :result
            FROM unnest(:clients, :enrollments, :steps, :attempts)
              AS outcome (client_id, enrollment_id, step_id, attempt)
            WHERE h.client_id = outcome.client_id AND h.enrollment_id = outcome.enrollment_id
              AND h.step_id = outcome.step_id AND h.action = 'retry' AND h.result = 'pending'
              AND (h.detail ->> 'attempt')::int < outcome.attempt
              AND h.detail ->> 'stage' = ANY (:stages)
            """)
        .param(
            "result",
            switch (result) {
              case ACCEPTED, DELIVERED -> "worked";
              case FAILED -> "failed";
              case NONE -> "none";
            })
        .param(
            "stages",
            Pg.texts(
                result == RetryOutcome.Result.ACCEPTED
                    ? List.of(FailedDispatch.Stage.REQUEST.wire())
                    : Arrays.stream(FailedDispatch.Stage.values())
                        .map(FailedDispatch.Stage::wire)
                        .toList()))
        .param("clients", ids(refs, DispatchRef::clientId))
        .param("enrollments", ids(refs, DispatchRef::enrollmentId))
        .param("steps", ids(refs, DispatchRef::stepId))
        .param("attempts", Pg.ints(refs.stream().map(DispatchRef::attempt).toList()))
        .update();
  }

  private static <T> Object ids(List<T> all, Function<T, ? extends @Nullable Id> id) {
    return Pg.uuids(all.stream().map(id).toList());
  }

  private static <T> Object texts(List<T> all, Function<T, @Nullable String> text) {
    return Pg.texts(all.stream().map(text).toList());
  }
}
