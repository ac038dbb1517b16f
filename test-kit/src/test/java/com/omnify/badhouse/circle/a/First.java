package com.omnify.badhouse.circle.a;

import com.omnify.badhouse.circle.b.Second;

/** Breaks, with {@link Second}: features form no circle. */
public record First(Second next) {}
