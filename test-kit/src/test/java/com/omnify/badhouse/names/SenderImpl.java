package com.omnify.badhouse.names;

/** Breaks: names say something. */
final class SenderImpl {}
