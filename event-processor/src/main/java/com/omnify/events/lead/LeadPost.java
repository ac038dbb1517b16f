package com.omnify.events.lead;

import com.omnify.events.lead.policy.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lead in what a sender posted, in one form whoever sent it.
 *
 * @param externalId the sender's name for it
 * @param answers null where they are to be fetched
 * @param test a try of the form's wiring: no person
 */
record LeadPost(
    String externalId,
    @Nullable String form,
    @Nullable String campaign,
    @Nullable List<Answer> answers,
    boolean test) {}
