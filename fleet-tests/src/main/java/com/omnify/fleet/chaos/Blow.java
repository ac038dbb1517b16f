package com.omnify.fleet.chaos;

import java.time.Instant;

/**
 * One kill or pause of one member.
 *
 * @param point where exactly it was hit, in words
 * @param kills false for a pause
 * @param inFlight dispatches between their fence and their result when it was hit: of so many
 *     nobody may know for a while whether they were sent
 * @param millis how long it took to reach that point
 */
record Blow(
    FaultKind kind,
    String member,
    String point,
    boolean kills,
    Instant at,
    long inFlight,
    long millis) {}
