package com.omnify.badhouse.dto;

/** Breaks: packages are features. */
record Layered() {}
