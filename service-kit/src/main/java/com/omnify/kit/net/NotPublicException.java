package com.omnify.kit.net;

import java.io.IOException;

/** A host that a client named stands for no address of the public internet. */
public final class NotPublicException extends IOException {

  NotPublicException(String host) {
    super(host + " is no address of the public internet");
  }
}
