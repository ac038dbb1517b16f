package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.SuppressionId;

/** What is to be said outside of a sequence. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes(@JsonSubTypes.Type(OrderedMessage.OptOutConfirmation.class))
public sealed interface OrderedMessage {

  /**
   * That no more messages will come.
   *
   * @param suppressionId of SMS to the number that asked for it, come into force just now
   */
  @JsonTypeName("opt_out_confirmation")
  record OptOutConfirmation(SuppressionId suppressionId) implements OrderedMessage {}
}
