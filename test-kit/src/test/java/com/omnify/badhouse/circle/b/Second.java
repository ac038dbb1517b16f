package com.omnify.badhouse.circle.b;

import com.omnify.badhouse.circle.a.First;

/** The other half. */
public record Second(First next) {}
