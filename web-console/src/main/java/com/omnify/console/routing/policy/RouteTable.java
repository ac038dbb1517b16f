package com.omnify.console.routing.policy;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which service answers which path. Pure: the same path always leads to the same place. Paths are
 * taken as sent (still encoded); one that could mean two places is refused.
 */
public final class RouteTable {

  private static final String API = "/api/v1/";
  private static final String WEBHOOKS = "/webhooks/";
  private static final String UNSUBSCRIBE = "/u/";
  private static final Pattern INBOUND_MAIL =
      Pattern.compile("/webhooks/(?:sendgrid|postmark|mailgun)/[^/]+/[^/]+/inbound");
  private static final String SANDBOX = "/sandbox/";
  private static final String LEDGER = "/sandbox/ledger/";

  private static final Set<String> OPEN_HERE = Set.of("environment");
  private static final Set<String> HERE =
      Set.of("session", "api-keys", "users", "events", "services", "openapi.json");

  private static final Set<String> SCHEDULER =
      Set.of(
          "clients",
          "provider-accounts",
          "phone-numbers",
          "mailboxes",
          "sequences",
          "enrollments",
          "stuck",
          "fleet-clock");

  private RouteTable() {}

  /**
   * Where a request goes.
   *
   * @param path the raw path, starting with a slash and without the query
   */
  public static Route of(String path) {
    if (ambiguous(path)) {
      return new Route.Refused("The path contains dots, empty or encoded segments; send it plain.");
    }
    if (INBOUND_MAIL.matcher(path).matches()) {
      return new Route.Mail(Upstream.EVENTS, path);
    }
    if (path.startsWith(WEBHOOKS) || path.startsWith(UNSUBSCRIBE)) {
      return new Route.Webhook(Upstream.EVENTS, path);
    }
    if (path.startsWith(SANDBOX)) {
      // the ledger is the provider's own account of itself, beside the switches
      return new Route.ToSandbox(
          path.startsWith(LEDGER) ? path.substring("/sandbox".length()) : path);
    }
    if (path.startsWith(API)) {
      return ofApi(path, List.of(path.substring(API.length()).split("/")));
    }
    return new Route.Nowhere();
  }

  private static Route ofApi(String path, List<String> segments) {
    String first = segments.getFirst();
    if (OPEN_HERE.contains(first)) {
      return new Route.Here(false);
    }
    if (first.equals("services") && segments.size() >= 3) {
      return ofService(path, segments);
    }
    if (HERE.contains(first)) {
      return new Route.Here(!first.equals("session") && !first.equals("openapi.json"));
    }
    if (first.equals("sequences") && thirdIs(segments, "analytics")) {
      return new Route.ToService(Upstream.LEARNING, path);
    }
    if (first.equals("enrollments") && thirdIs(segments, "healing")) {
      return new Route.ToService(Upstream.HEALER, path);
    }
    if (SCHEDULER.contains(first)) {
      return new Route.ToService(Upstream.SCHEDULER, path);
    }
    return switch (first) {
      case "contacts", "imports", "custom-fields", "tags", "statuses" ->
          new Route.ToService(Upstream.MEMORY, path);
      case "suppressions",
          "compliance-rules",
          "receipts",
          "leads",
          "lead-sources",
          "notifications",
          "webhook-endpoints",
          "webhook-deliveries" ->
          new Route.ToService(Upstream.EVENTS, path);
      case "dispatches", "previews", "provider-health" ->
          new Route.ToService(Upstream.CHANNELS, path);
      case "healing" -> new Route.ToService(Upstream.HEALER, path);
      default -> new Route.Nowhere();
    };
  }

  /** {@code /api/v1/services/{name}/dead-letters…} is that service's own list. */
  private static Route ofService(String path, List<String> segments) {
    var upstream = Upstream.named(segments.get(1));
    if (upstream.isEmpty() || !segments.get(2).equals("dead-letters")) {
      return new Route.Nowhere();
    }
    String prefix = API + "services/" + segments.get(1) + "/";
    return new Route.ToService(upstream.get(), API + path.substring(prefix.length()));
  }

  private static boolean thirdIs(List<String> segments, String name) {
    return segments.size() == 3 && segments.get(2).equals(name);
  }

  private static boolean ambiguous(String path) {
    String lower = path.toLowerCase(java.util.Locale.ROOT);
    return path.contains("//")
        || path.contains("/./")
        || path.contains("/../")
        || path.endsWith("/..")
        || path.endsWith("/.")
        || path.indexOf(';') >= 0
        || path.indexOf('\\') >= 0
        || lower.contains("%2f")
        || lower.contains("%2e")
        || lower.contains("%5c")
        || lower.contains("%00");
  }
}
