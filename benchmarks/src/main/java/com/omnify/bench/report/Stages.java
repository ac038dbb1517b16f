package com.omnify.bench.report;

/**
 * Where the time of steps went.
 *
 * @param claimed from due to the beginning of the claim
 * @param fenced from there to the beginning of the fence: decided, rung for, loaded, admitted, its
 *     turn come
 * @param sent from there to the provider
 * @param whole from due to the provider
 */
public record Stages(Latencies claimed, Latencies fenced, Latencies sent, Latencies whole) {}
