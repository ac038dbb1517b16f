package com.omnify.badhouse.names;

import org.springframework.beans.factory.annotation.Autowired;

/** Breaks: nothing is injected into fields. */
final class FilledFromOutside {
  @Autowired Runnable inner;
}
