package com.omnify.model;

/** What a reply does to the enrollment. */
public enum ReplyPolicy implements WireEnum {
  ADAPTIVE,
  STOP,
  PAUSE,
  CONTINUE
}
