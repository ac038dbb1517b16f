package com.omnify.kit.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Why a request is not done, in words for whoever sent it: rendered as {@code
 * application/problem+json} (RFC 9457) with a code for programs and a fix for people.
 */
public final class Problem extends RuntimeException {

  private final HttpStatus status;
  private final String code;
  private final String detail;
  private final @Nullable String fix;
  private final List<FieldFault> errors;
  private final Map<String, Object> more;

  private Problem(
      HttpStatus status,
      String code,
      String detail,
      @Nullable String fix,
      List<FieldFault> errors,
      Map<String, Object> more) {
    // No stack trace: it is an answer, not a failure.
    super(code + ": " + detail, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.fix = fix;
    this.errors = List.copyOf(errors);
    this.more = Map.copyOf(more);
  }

  public static Problem of(HttpStatus status, String code, String detail, @Nullable String fix) {
    return new Problem(status, code, detail, fix, List.of(), Map.of());
  }

  /** 404. */
  public static Problem notFound(String what, Object id) {
    return of(
        HttpStatus.NOT_FOUND,
        "not_found",
        "There is no " + what + " " + id + " here.",
        "Check the id, and that it belongs to the client you act for.");
  }

  /** 400: the request cannot be understood, field by field. */
  public static Problem invalid(List<FieldFault> faults) {
    return new Problem(
        HttpStatus.BAD_REQUEST, "invalid_request", summary(faults), null, faults, Map.of());
  }

  /** 400: one field cannot be understood. */
  public static Problem invalid(String field, String message, String fix) {
    return invalid(List.of(new FieldFault(field, message, fix)));
  }

  /** 409: it contradicts what is there. */
  public static Problem conflict(String code, String detail, String fix) {
    return of(HttpStatus.CONFLICT, code, detail, fix);
  }

  /** 422: understood, and refused by a rule. */
  public static Problem unprocessable(String code, String detail, String fix) {
    return of(HttpStatus.UNPROCESSABLE_CONTENT, code, detail, fix);
  }

  /** 422: understood, and refused by rules, field by field. */
  public static Problem unprocessable(List<FieldFault> faults) {
    return unprocessable("refused", faults);
  }

  /** 422 with a code of its own, field by field. */
  public static Problem unprocessable(String code, List<FieldFault> faults) {
    return new Problem(
        HttpStatus.UNPROCESSABLE_CONTENT, code, summary(faults), null, faults, Map.of());
  }

  /** The same with a further member, in snake case: {@code with("contact_id", id)}. */
  public Problem with(String member, Object value) {
    var members = new LinkedHashMap<>(more);
    members.put(member, value);
    return new Problem(status, code, detail, fix, errors, members);
  }

  private static String summary(List<FieldFault> faults) {
    return faults.stream()
        .limit(3)
        .map(fault -> fault.field() + ": " + fault.message())
        .collect(
            Collectors.joining(
                "; ", "", faults.size() > 3 ? "; and " + (faults.size() - 3) + " more" : ""));
  }

  public HttpStatus status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  public @Nullable String fix() {
    return fix;
  }

  public List<FieldFault> errors() {
    return errors;
  }

  /** The members of the body, in the order of the standard. */
  Map<String, Object> body(String instance) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "urn:omnify:problem:" + code);
    body.put("title", status.getReasonPhrase());
    body.put("status", status.value());
    body.put("detail", detail);
    body.put("instance", instance);
    body.put("code", code);
    if (fix != null) {
      body.put("fix", fix);
    }
    if (!errors.isEmpty()) {
      body.put("errors", errors);
    }
    more.forEach(body::putIfAbsent);
    return body;
  }
}
