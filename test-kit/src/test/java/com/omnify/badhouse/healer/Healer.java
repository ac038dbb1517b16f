package com.omnify.badhouse.healer;

import com.omnify.badhouse.learning.Learner;

/** Breaks: services stand alone. */
record Healer(Learner neighbour) {}
