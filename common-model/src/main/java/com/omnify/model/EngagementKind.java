package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What a person did with a mail that had arrived. */
public enum EngagementKind implements WireEnum {
  @JsonEnumDefaultValue
  OPENED,
  CLICKED,
  /** Called it spam: the person is suppressed already. */
  COMPLAINED,
  /** By the mail's own link or button: the person is suppressed already. */
  UNSUBSCRIBED
}
