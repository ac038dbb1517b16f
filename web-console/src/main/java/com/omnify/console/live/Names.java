package com.omnify.console.live;

import com.omnify.console.live.policy.Happening;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.SequenceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Puts names to a batch: events carry ids only. */
@Component
class Names {

  private final JdbcClient jdbc;
  private final Transactions transactions;

  Names(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /** What the ids of a batch are called; ids without a name are missing. */
  record Called(Map<UUID, String> contacts, Map<UUID, String> sequences) {}

  Called of(ClientId client, List<Happening> batch) {
    var contacts =
        batch.stream().map(Happening::contactId).filter(Objects::nonNull).distinct().toList();
    var sequences =
        batch.stream().map(Happening::sequenceId).filter(Objects::nonNull).distinct().toList();
    return transactions.readInClient(
        client, () -> new Called(contactNames(contacts), sequenceNames(sequences)));
  }

  private Map<UUID, String> contactNames(List<ContactId> ids) {
    return named(
        """
        SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), phone, email) AS name
        FROM contacts WHERE id = ANY (:ids)
        """,
        ids.stream().map(ContactId::value).toList());
  }

  private Map<UUID, String> sequenceNames(List<SequenceId> ids) {
    return named(
        "SELECT id, name FROM sequences WHERE id = ANY (:ids)",
        ids.stream().map(SequenceId::value).toList());
  }

  private Map<UUID, String> named(String sql, List<UUID> ids) {
    var names = new HashMap<UUID, String>();
    if (!ids.isEmpty()) {
      jdbc.sql(sql)
          .param("ids", Pg.rawUuids(ids))
          .query(
              row -> {
                String name = row.getString("name");
                if (name != null) {
                  names.put(Pg.uuid(row, "id"), name);
                }
              });
    }
    return names;
  }
}
