package com.omnify.channels.sms.policy;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one request.
 *
 * @param begun whether it may have reached the wire
 * @param status the HTTP status, null where no answer came
 * @param retryAfter the header of that name, as it came
 * @param sid the id in the answer
 * @param errorCode Twilio's own code in the answer
 * @param trouble a short code of what went wrong, such as {@code timeout}
 * @param text for people
 */
public record Exchange(
    boolean begun,
    @Nullable Integer status,
    @Nullable String retryAfter,
    @Nullable String sid,
    @Nullable Integer errorCode,
    @Nullable String trouble,
    @Nullable String text) {}
