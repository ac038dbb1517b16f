package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.FailureType;
import com.omnify.model.PhoneType;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.HealingId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the healer ordered or found out. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(HealingEvent.HealingOrdered.class),
  @JsonSubTypes.Type(HealingEvent.PhoneLearned.class),
  @JsonSubTypes.Type(HealingEvent.EmailLearned.class)
})
public sealed interface HealingEvent extends Event {

  @Override
  default Topic topic() {
    return Topic.HEALING;
  }

  /**
   * The healer's answer to a failed dispatch; there is one for each failure.
   *
   * @param dispatch the one that failed
   * @param reported whether the provider itself reported the failure, so had taken the message;
   *     null where it is not said
   */
  @JsonTypeName("healing.ordered.v1")
  record HealingOrdered(
      EventId eventId,
      Instant at,
      HealingId healingId,
      DispatchRef dispatch,
      FailureType failure,
      HealingOrder order,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean reported)
      implements HealingEvent {
    @Override
    public ClientId clientId() {
      return dispatch.clientId();
    }

    @Override
    public String key() {
      return dispatch.contactId().toString();
    }
  }

  /**
   * A failure or a look-up told something about the contact's number.
   *
   * @param phoneType null where nothing was learned about the kind of line
   * @param valid null where nothing was learned about its validity
   * @param dispatchId whose number it was, as the contact's may be another by now; null where it is
   *     not said
   */
  @JsonTypeName("phone.learned.v1")
  record PhoneLearned(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      @Nullable PhoneType phoneType,
      @Nullable Boolean valid,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DispatchId dispatchId)
      implements HealingEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }

  /**
   * A failure told something about the contact's e-mail address.
   *
   * @param valid false where mail to it bounces for good
   * @param dispatchId whose address it was, as the contact's may be another by now
   */
  @JsonTypeName("email.learned.v1")
  record EmailLearned(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      boolean valid,
      DispatchId dispatchId)
      implements HealingEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }
}
