package com.omnify.channels.admit;

import com.omnify.model.id.ClientId;

/**
 * A wish for part of what may run out.
 *
 * @param limit of the whole, shared with everyone who asks
 */
record Quota(ClientId client, String scope, int wanted, int limit) {

  /** Whose it is. */
  record Owner(ClientId client, String scope) {}

  Owner owner() {
    return new Owner(client, scope);
  }
}
