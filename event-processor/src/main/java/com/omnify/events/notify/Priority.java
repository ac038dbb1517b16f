package com.omnify.events.notify;

import com.omnify.model.WireEnum;

/** How soon the team should look. */
public enum Priority implements WireEnum {
  LOW,
  NORMAL,
  HIGH,
  URGENT
}
