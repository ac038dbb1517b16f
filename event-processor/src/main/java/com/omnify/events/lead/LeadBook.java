package com.omnify.events.lead;

import com.omnify.events.lead.Leads.NewLead;
import com.omnify.events.lead.Leads.State;
import com.omnify.events.lead.policy.LeadContact;
import com.omnify.events.lead.policy.LeadFields;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadId;
import com.omnify.model.id.LeadSourceId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes leads in, each once, and says so. */
@Component
class LeadBook {

  private final Transactions transactions;
  private final Leads leads;
  private final Receipts receipts;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  LeadBook(
      Transactions transactions,
      Leads leads,
      Receipts receipts,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.leads = leads;
    this.receipts = receipts;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /** A lead, and whether it is new or was there. */
  record Taken(Leads.Lead lead, boolean isNew) {}

  /** Takes what a source's form posted. */
  boolean take(LeadSource source, LeadPost post, String payload) {
    var id = new LeadId(ids.next());
    LeadContact contact = post.answers() == null ? null : contact(source, post);
    State state =
        post.test() ? State.TEST : post.answers() == null ? State.TO_FETCH : State.RECEIVED;
    var lead =
        new NewLead(
            id,
            source.id(),
            source.kind().wire(),
            post.externalId(),
            bounded(post.form()),
            bounded(post.campaign()),
            state,
            payload,
            contact);
    return transactions.inClient(
        source.client(),
        () -> {
          if (!leads.insert(source.client(), lead)) {
            return false;
          }
          receipts.keep(
              new Receipt(
                  source.client(),
                  "leads",
                  "lead_" + source.kind().wire(),
                  post.externalId(),
                  null,
                  null,
                  Map.of("lead_id", id.toString(), "source_id", source.id().toString())));
          if (state == State.RECEIVED && contact != null) {
            tell(source.client(), id, contact);
          }
          return true;
        });
  }

  /** What a form's answers say of a person. */
  LeadContact contact(LeadSource source, LeadPost post) {
    return LeadFields.read(
        post.answers() == null ? java.util.List.of() : post.answers(),
        source.mapping(),
        source.kind() == LeadSource.Kind.GENERIC ? "web_form" : source.kind().wire() + "_lead",
        source.tags(),
        source.agreed(),
        source.country());
  }

  /**
   * Takes a lead over the API.
   *
   * @param externalId the caller's name for it; null where it has none
   */
  Taken take(
      ClientId client,
      @Nullable LeadSourceId source,
      @Nullable String externalId,
      @Nullable String form,
      @Nullable String campaign,
      String payload,
      LeadContact contact) {
    var id = new LeadId(ids.next());
    String name = externalId == null ? id.toString() : externalId;
    var lead =
        new NewLead(id, source, "api", name, form, campaign, State.RECEIVED, payload, contact);
    return transactions.inClient(
        client,
        () -> {
          boolean isNew = leads.insert(client, lead);
          if (isNew) {
            tell(client, id, contact);
          }
          return new Taken(leads.named(client, source, name).orElseThrow(), isNew);
        });
  }

  /** Within the running transaction. */
  void tell(ClientId client, LeadId id, LeadContact contact) {
    outbox.publish(
        new LeadEvent.LeadReceived(
            ids.eventId(), clock.now(), client, id, hash(client, id, contact)));
  }

  /** Two leads of one person one after the other, as far as they write their address alike. */
  private static String hash(ClientId client, LeadId id, LeadContact contact) {
    String identity =
        contact.phone() != null
            ? contact.phone().replaceAll("[^0-9]", "")
            : contact.email() != null ? contact.email().toLowerCase(Locale.ROOT) : id.toString();
    try {
      byte[] text = (client + " " + identity).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null || text.length() <= 200 ? text : text.substring(0, 200);
  }
}
