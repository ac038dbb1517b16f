package com.omnify.kit.web;

import com.omnify.kit.CannotStart;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a caller through to an endpoint whose {@link Needs} it meets, and nobody to one that says
 * nothing of who may come.
 */
final class Gate implements HandlerInterceptor {

  private static final String OURS = "com.omnify.";

  /** What an endpoint says of who may call it. */
  sealed interface Rule {

    record AtLeast(Role role, boolean withoutClient) implements Rule {}

    record Open(String because) implements Rule {}

    record Unsaid() implements Rule {}
  }

  static Rule of(HandlerMethod endpoint) {
    Needs needs = endpoint.getMethodAnnotation(Needs.class);
    OpenToAnybody open = endpoint.getMethodAnnotation(OpenToAnybody.class);
    if (needs != null && open == null) {
      return new Rule.AtLeast(needs.value(), needs.withoutClient());
    }
    return open != null && needs == null ? new Rule.Open(open.because()) : new Rule.Unsaid();
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // The second half of an answer that is under way: its request came through here before.
    if (request.getDispatcherType() != DispatcherType.ASYNC
        && handler instanceof HandlerMethod endpoint
        && guarded(endpoint)) {
      check(of(endpoint), CallerArgument.current());
    }
    return true;
  }

  static void check(Rule rule, @Nullable Caller caller) {
    switch (rule) {
      case Rule.Open _ -> {}
      case Rule.Unsaid _ ->
          throw Problem.of(
              HttpStatus.FORBIDDEN,
              "forbidden",
              "Nothing says who may do this, so nobody may.",
              "This is a fault of the service: tell its operator.");
      case Rule.AtLeast(Role role, boolean withoutClient) -> {
        if (caller == null) {
          throw Problem.of(
              HttpStatus.UNAUTHORIZED, "unauthenticated", "Nobody is signed in.", "Sign in first.");
        }
        caller.require(role);
        if (!withoutClient) {
          // throws where none is chosen
          caller.client();
        }
      }
    }
  }

  /**
   * Refuses to start with an endpoint of ours that says nothing, or two things.
   *
   * @throws CannotStart that names them
   */
  static void requireRules(Collection<HandlerMethod> endpoints) {
    List<String> unsaid =
        endpoints.stream()
            .filter(Gate::guarded)
            .filter(endpoint -> of(endpoint) instanceof Rule.Unsaid)
            .map(HandlerMethod::getShortLogMessage)
            .distinct()
            .sorted()
            .toList();
    if (!unsaid.isEmpty()) {
      throw new CannotStart(
          "Nothing says who may call " + String.join(", ", unsaid) + ".",
          "Put either @Needs(Role.…) or @OpenToAnybody(because = \"…\") on each.");
    }
  }

  /** The frameworks' own endpoints are the security chain's business. */
  private static boolean guarded(HandlerMethod endpoint) {
    return endpoint.getBeanType().getName().startsWith(OURS)
        && !ErrorController.class.isAssignableFrom(endpoint.getBeanType());
  }
}
