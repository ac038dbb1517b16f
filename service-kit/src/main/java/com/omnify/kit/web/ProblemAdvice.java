package com.omnify.kit.web;

import com.omnify.kit.db.Pg;
import com.omnify.kit.db.SqlStates;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns whatever a controller throws into a problem that says how to fix the request. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  @Nullable ResponseEntity<Object> problem(Problem problem, WebRequest request) {
    return answer(problem, new HttpHeaders(), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> violations(
      ConstraintViolationException failure, WebRequest request) {
    List<FieldFault> faults =
        failure.getConstraintViolations().stream()
            .map(
                violation ->
                    new FieldFault(
                        path(violation), text(violation.getMessage()), "Correct the value."))
            .toList();
    return answer(Problem.invalid(faults), new HttpHeaders(), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> anything(Exception failure, WebRequest request)
      throws Exception {
    if (failure instanceof AccessDeniedException || failure instanceof AuthenticationException) {
      // Security's own filter answers.
      throw failure;
    }
    if (SqlStates.unavailable(failure) || SqlStates.worthRepeating(failure)) {
      log.warn("The database did not do a request", failure);
      var headers = new HttpHeaders();
      headers.set(HttpHeaders.RETRY_AFTER, "1");
      return answer(
          Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "unavailable",
              "The service cannot reach its database at the moment; nothing was done.",
              "Send the same request again in a moment."),
          headers,
          request);
    }
    if (SqlStates.unstorableText(failure)) {
      return answer(
          Problem.of(
              HttpStatus.BAD_REQUEST,
              "unstorable_text",
              "A text holds a character that is none, such as NUL.",
              "Remove it and send the request again."),
          new HttpHeaders(),
          request);
    }
    if (failure instanceof DataIntegrityViolationException
        && Pg.brokenConstraint(failure) instanceof String constraint
        && Objects.requireNonNullElse(SqlStates.of(failure), "").startsWith("235")
        && !"23502".equals(SqlStates.of(failure))) {
      log.info("A request broke the constraint {}", constraint);
      return answer(
          Problem.conflict(
              "constraint",
              "It contradicts what is stored (" + constraint + ").",
              "Read what is there and adapt the request."),
          new HttpHeaders(),
          request);
    }
    UUID id = UUID.randomUUID();
    log.error("Request failed, error {}", id, failure);
    return answer(
        Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal",
                "The request failed through no fault of yours.",
                "Try again; if it stays, report the error_id, which stands in the log.")
            .with("error_id", id),
        new HttpHeaders(),
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(unreadable(failure), headers, request);
  }

  static Problem unreadable(HttpMessageNotReadableException failure) {
    return switch (failure.getCause()) {
      case UnrecognizedPropertyException e ->
          Problem.invalid(
              path(e),
              "there is no such field",
              "Leave it out or use one of: " + known(e.getKnownPropertyIds()) + ".");
      case InvalidTypeIdException e ->
          Problem.invalid(
              path(e).isEmpty() ? "type" : path(e),
              "the type is missing or unknown",
              "Send one of the documented types.");
      case InvalidFormatException e ->
          Problem.invalid(
              path(e), quoted(e.getValue()) + " does not fit", expected(e.getTargetType()));
      case MismatchedInputException e when e.getTargetType() != null ->
          Problem.invalid(path(e), mismatch(e), expected(e.getTargetType()));
      case StreamReadException e ->
          Problem.of(
              HttpStatus.BAD_REQUEST,
              "malformed_json",
              "The body is no JSON: %s (line %d, column %d)."
                  .formatted(
                      text(e.getOriginalMessage()),
                      e.getLocation().getLineNr(),
                      e.getLocation().getColumnNr()),
              "Correct the body there; a JSON checker shows the spot.");
      case DatabindException e ->
          Problem.invalid(path(e), reason(e), "Send a value as documented.");
      case null ->
          Problem.of(
              HttpStatus.BAD_REQUEST,
              "body_missing",
              "The request has no body.",
              "Send a JSON object with Content-Type: application/json.");
      default ->
          Problem.of(
              HttpStatus.BAD_REQUEST,
              "unreadable_body",
              "The body cannot be read.",
              "Send a JSON object with Content-Type: application/json.");
    };
  }

  private static String mismatch(MismatchedInputException e) {
    String message = text(e.getOriginalMessage());
    return message.contains("null") || message.contains("Missing")
        ? "a value is missing"
        : "the value has the wrong type";
  }

  /** Constructors that refuse a value say why; that is for the caller. */
  private static String reason(DatabindException e) {
    Throwable cause = e.getCause();
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : "the value is refused";
  }

  private static String known(@Nullable Iterable<?> fields) {
    if (fields == null) {
      return "(none)";
    }
    var names = new ArrayList<String>();
    fields.forEach(field -> names.add(String.valueOf(field)));
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "Send a value as documented.";
    }
    if (type.isEnum()) {
      return "Send one of: "
          + Arrays.stream(type.getEnumConstants())
              .map(
                  value ->
                      value instanceof com.omnify.model.WireEnum wire
                          ? wire.wire()
                          : value.toString())
              .collect(Collectors.joining(", "))
          + ".";
    }
    if (type == UUID.class || com.omnify.model.id.Id.class.isAssignableFrom(type)) {
      return "Send a UUID: 36 characters like 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.";
    }
    if (type == Instant.class) {
      return "Send an instant in ISO-8601 with a zone: 2026-03-01T09:30:00Z.";
    }
    if (type == LocalDate.class) {
      return "Send a date: 2026-03-01.";
    }
    if (type == LocalTime.class) {
      return "Send a time: 09:30.";
    }
    if (type == Duration.class) {
      return "Send a duration in ISO-8601: PT15M, P2D.";
    }
    if (type == String.class || type == Character.class) {
      return "Send a string in quotes.";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "Send true or false, without quotes.";
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "Send a whole number, without quotes.";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "Send a number, without quotes.";
    }
    if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
      return "Send a JSON array.";
    }
    return "Send a JSON object.";
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<FieldFault> faults =
        failure.getBindingResult().getAllErrors().stream().map(ProblemAdvice::fault).toList();
    return answer(Problem.invalid(faults), headers, request);
  }

  private static FieldFault fault(ObjectError error) {
    String field =
        error instanceof FieldError of ? snake(of.getField()) : snake(error.getObjectName());
    return new FieldFault(field, text(error.getDefaultMessage()), "Correct the value.");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var faults = new ArrayList<FieldFault>();
    failure
        .getParameterValidationResults()
        .forEach(
            result -> {
              if (result instanceof ParameterErrors errors) {
                errors.getAllErrors().forEach(error -> faults.add(fault(error)));
              } else {
                String name =
                    Objects.requireNonNullElse(
                        result.getMethodParameter().getParameterName(), "request");
                for (MessageSourceResolvable error : result.getResolvableErrors()) {
                  faults.add(
                      new FieldFault(
                          snake(name), text(error.getDefaultMessage()), "Correct the value."));
                }
              }
            });
    return answer(Problem.invalid(faults), headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String name =
        failure instanceof MethodArgumentTypeMismatchException argument
            ? argument.getName()
            : Objects.requireNonNullElse(failure.getPropertyName(), "value");
    return answer(
        Problem.invalid(
            name,
            quoted(failure.getValue()) + " does not fit",
            expected(failure.getRequiredType())),
        headers,
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
      MissingServletRequestParameterException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(
        Problem.invalid(
            failure.getParameterName(), "it is missing", "Send it in the query string."),
        headers,
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleServletRequestBindingException(
      ServletRequestBindingException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (failure instanceof MissingRequestHeaderException missing) {
      return answer(
          Problem.invalid(missing.getHeaderName(), "the header is missing", "Send the header."),
          headers,
          request);
    }
    return super.handleServletRequestBindingException(failure, headers, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
      HttpRequestMethodNotSupportedException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String supported =
        failure.getSupportedMethods() == null
            ? ""
            : String.join(", ", failure.getSupportedMethods());
    return answer(
        Problem.of(
            HttpStatus.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            failure.getMethod() + " is not possible here.",
            "Use one of: " + supported + "."),
        headers,
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
      HttpMediaTypeNotSupportedException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(
        Problem.of(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body comes as " + failure.getContentType() + ".",
            "Send Content-Type: application/json."),
        headers,
        request);
  }

  /** All the rest of Spring's own. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode statusCode,
      WebRequest request) {
    if (isAnswer(body)) {
      return super.handleExceptionInternal(failure, body, headers, statusCode, request);
    }
    HttpStatus status =
        Objects.requireNonNullElse(
            HttpStatus.resolve(statusCode.value()), HttpStatus.INTERNAL_SERVER_ERROR);
    if (status.is5xxServerError()) {
      log.error("Request failed", failure);
    }
    String fix =
        status == HttpStatus.NOT_FOUND
            ? "Check the path; the API is described under /v3/api-docs."
            : "See the API's description under /v3/api-docs.";
    return answer(
        Problem.of(
            status,
            status.name().toLowerCase(java.util.Locale.ROOT),
            status == HttpStatus.NOT_FOUND
                ? "There is nothing at this path."
                : status.getReasonPhrase() + ".",
            fix),
        headers,
        request);
  }

  private static boolean isAnswer(@Nullable Object body) {
    return body instanceof Map<?, ?> map && map.containsKey("code");
  }

  private @Nullable ResponseEntity<Object> answer(
      Problem problem, HttpHeaders headers, WebRequest request) {
    String instance =
        request instanceof ServletWebRequest servlet ? servlet.getRequest().getRequestURI() : "";
    var withType = new HttpHeaders(headers);
    withType.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    return super.handleExceptionInternal(
        problem, problem.body(instance), withType, problem.status(), request);
  }

  private static String path(JacksonException e) {
    var path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      } else if (step.getIndex() >= 0) {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }

  private static String path(ConstraintViolation<?> violation) {
    return snake(violation.getPropertyPath().toString());
  }

  private static String quoted(@Nullable Object value) {
    String text = String.valueOf(value);
    return "'" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "'";
  }

  private static String text(@Nullable String message) {
    return message == null ? "it is refused" : message;
  }

  /** Java's names as the JSON has them. */
  private static String snake(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
  }
}
