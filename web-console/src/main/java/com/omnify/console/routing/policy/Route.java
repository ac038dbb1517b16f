package com.omnify.console.routing.policy;

/** Where a request goes. */
public sealed interface Route {

  /** The gateway answers itself; {@code guarded}: only to a known caller. */
  record Here(boolean guarded) implements Route {}

  /** A service answers a known caller; {@code path} is what the service sees. */
  record ToService(Upstream upstream, String path) implements Route {}

  /** A provider's callback: passed on untouched, since its signature is over what was sent. */
  record Webhook(Upstream upstream, String path) implements Route {}

  /** A mail that a provider hands over: passed on as it comes in, as it may be long. */
  record Mail(Upstream upstream, String path) implements Route {}

  /** The provider sandbox's switches and ledger: the demo's operator only. */
  record ToSandbox(String path) implements Route {}

  /** No such place. */
  record Nowhere() implements Route {}

  /** Could be read in two ways by two servers. */
  record Refused(String why) implements Route {}
}
