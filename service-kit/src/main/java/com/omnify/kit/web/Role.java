package com.omnify.kit.web;

import com.omnify.model.WireEnum;

/** What a caller may do; each may do what the ones before it may. */
public enum Role implements WireEnum {
  MEMBER,
  ADMIN,
  OWNER,
  /** Runs the installation: creates clients and acts for any of them. */
  PLATFORM;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
