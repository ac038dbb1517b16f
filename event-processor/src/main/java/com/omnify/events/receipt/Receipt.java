package com.omnify.events.receipt;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated thing a provider told us.
 *
 * @param kind such as {@code sms_status}
 * @param providerId the provider's id of the message it is about
 * @param dispatchId what we sent, where it is about that and we know it
 * @param interactionId what was said, where it is something said
 * @param payload the fields as received, less what the interaction holds
 */
public record Receipt(
    ClientId clientId,
    String provider,
    String kind,
    @Nullable String providerId,
    @Nullable DispatchId dispatchId,
    @Nullable InteractionId interactionId,
    Map<String, Object> payload) {}
