package com.omnify.sandbox.twilio.policy;

/**
 * An error as Twilio's REST API tells it: {@code {"code", "message", "more_info", "status"}}.
 *
 * @param status HTTP
 * @param code from Twilio's error dictionary
 */
public record TwilioError(int status, int code, String message) {

  /** Where Twilio explains the code. */
  public String moreInfo() {
    return "https://www.twilio.com/docs/errors/" + code;
  }

  public static TwilioError authenticate() {
    return new TwilioError(401, 20003, "Authenticate");
  }

  public static TwilioError notFound(String path) {
    return new TwilioError(404, 20404, "The requested resource " + path + " was not found");
  }

  public static TwilioError methodNotAllowed() {
    return new TwilioError(405, 20004, "Method not allowed");
  }

  public static TwilioError badRequest() {
    return new TwilioError(400, 20001, "Bad Request");
  }

  public static TwilioError tooManyRequests() {
    return new TwilioError(429, 20429, "Too Many Requests");
  }

  public static TwilioError serverError() {
    return new TwilioError(500, 20500, "An internal server error has occurred");
  }

  public static TwilioError unavailable() {
    return new TwilioError(503, 20503, "Service unavailable");
  }
}
