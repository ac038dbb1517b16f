package com.omnify.events.call;

import com.omnify.kit.db.Pg;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The calls that we have ordered. All methods run in the caller's transaction. */
@Component
public class VoiceDispatches {

  private final JdbcClient db;

  VoiceDispatches(JdbcClient db) {
    this.db = db;
  }

  /**
   * A dispatch that is a call.
   *
   * @param identity the number that is called, null before the fence
   * @param providerId the provider's id of the call, null where we do not know it
   */
  public record Placed(DispatchRef ref, @Nullable String identity, @Nullable String providerId) {}

  /** Empty where this client has no such call. */
  public Optional<Placed> find(ClientId client, DispatchId dispatch) {
    return db.sql(
            """
            SELECT id, contact_id, enrollment_id, sequence_id, version, step_id, kind, attempt, identity, provider_id
            FROM dispatches WHERE client_id = :client AND id = :id AND channel = 'voice'
            """)
        .param("client", client.value())
        .param("id", dispatch.value())
        .query(
            (row, _) ->
                new Placed(
                    new DispatchRef(
                        client,
                        Pg.id(row, "contact_id", ContactId::new),
                        dispatch,
                        Pg.idOrNull(row, "enrollment_id", EnrollmentId::new),
                        Pg.idOrNull(row, "sequence_id", SequenceId::new),
                        row.getInt("version"),
                        Pg.idOrNull(row, "step_id", StepId::new),
                        Channel.VOICE,
                        WireEnum.parse(DispatchKind.class, row.getString("kind")),
                        row.getInt("attempt")),
                    row.getString("identity"),
                    row.getString("provider_id")))
        .optional();
  }
}
