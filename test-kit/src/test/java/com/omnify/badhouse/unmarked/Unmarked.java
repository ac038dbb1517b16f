package com.omnify.badhouse.unmarked;

/** Breaks: null is marked. Its package says nothing of null. */
final class Unmarked {}
