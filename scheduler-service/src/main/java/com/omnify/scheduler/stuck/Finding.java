package com.omnify.scheduler.stuck;

import com.omnify.scheduler.stuck.policy.StuckKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits too long, or as many of it as a client has where each alone says nothing.
 *
 * @param client null for a dead letter of which nobody can read whose it is
 * @param subject the dispatch, enrollment, letter, or the client
 * @param service whose outbox or dead letter it is; empty otherwise
 * @param count how many
 * @param since real time
 * @param detail for people
 */
record Finding(
    @Nullable UUID client,
    StuckKind kind,
    UUID subject,
    String service,
    @Nullable UUID enrollment,
    @Nullable UUID contact,
    long count,
    Instant since,
    String detail) {}
