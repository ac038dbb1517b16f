package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error as VAPI words it: {@code message} is a text, or a list where fields are at fault.
 *
 * @param error the name of the status; null where VAPI leaves it out
 * @param limits how many calls run and may run; null where that is not the matter
 */
record VapiError(
    int status, @Nullable String error, List<String> messages, @Nullable Limits limits) {

  /**
   * {@code subscriptionLimits} as it stands in answers to a new call.
   *
   * @param blocked whether this call found no free line
   * @param remaining free lines before this call
   */
  public record Limits(boolean blocked, int limit, int remaining) {
    public LinkedHashMap<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("concurrencyBlocked", blocked);
      json.put("concurrencyLimit", limit);
      json.put("remainingConcurrentCalls", remaining);
      return json;
    }
  }

  public VapiError {
    messages = List.copyOf(messages);
  }

  public static VapiError invalid(List<String> messages) {
    return new VapiError(400, "Bad Request", messages, null);
  }

  public static VapiError unauthorized() {
    return new VapiError(
        401,
        "Unauthorized",
        List.of(
            "Invalid Key. Hot tip, you may be using the private key instead of the public key, or"
                + " vice versa."),
        null);
  }

  public static VapiError noSuchCall(String id) {
    return new VapiError(
        404, "Not Found", List.of("Couldn't Find Call. `id` " + id + " Does Not Exist."), null);
  }

  public static VapiError noSuchRoute(String method, String path) {
    return new VapiError(404, "Not Found", List.of("Cannot " + method + " " + path), null);
  }

  public static VapiError overConcurrencyLimit(Limits limits) {
    return new VapiError(400, "Bad Request", List.of("Over Concurrency Limit"), limits);
  }

  public static VapiError badRequest() {
    return new VapiError(400, "Bad Request", List.of("Bad Request"), null);
  }

  public static VapiError tooManyRequests() {
    return new VapiError(
        429, "Too Many Requests", List.of("ThrottlerException: Too Many Requests"), null);
  }

  public static VapiError serverError() {
    return new VapiError(500, null, List.of("Internal server error"), null);
  }

  public static VapiError unavailable() {
    return new VapiError(503, null, List.of("Service Unavailable"), null);
  }

  /** Words for the ledger. */
  public String words() {
    return String.join("; ", messages);
  }

  public Reply reply() {
    var body = new LinkedHashMap<String, Object>();
    // validation always gives a list; everything else one text
    boolean list = messages.size() > 1 || (status == 400 && limits == null);
    body.put("message", list ? messages : messages.getFirst());
    if (error != null) {
      body.put("error", error);
    }
    body.put("statusCode", status);
    if (limits != null) {
      body.put("subscriptionLimits", limits.json());
    }
    return Json.reply(status, body);
  }
}
