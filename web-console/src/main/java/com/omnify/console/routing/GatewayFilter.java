package com.omnify.console.routing;

import com.omnify.console.identity.Doorman;
import com.omnify.console.identity.Identity;
import com.omnify.console.routing.policy.Route;
import com.omnify.console.routing.policy.RouteTable;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Asks who it is, then passes the request to the service that answers it. It stands before all
 * other filters, so that none has touched a webhook's body. Whoever asks for the gateway's own
 * endpoints is handed on as an attribute.
 */
final class GatewayFilter extends OncePerRequestFilter {

  /** The request attribute with the known {@link com.omnify.kit.web.Caller}. */
  static final String CALLER = GatewayFilter.class.getName() + ".caller";

  private static final int MOST_API_BYTES = 8 << 20;

  /** The report of a long call holds every word of it, several times over. */
  private static final long MOST_FILE_BYTES = 512L << 20;

  private static final int MOST_WEBHOOK_BYTES = 4 << 20;

  /** What providers take, attachments escaped. */
  private static final int MOST_MAIL_BYTES = 64 << 20;

  private final Doorman doorman;
  private final Proxy proxy;
  private final UpstreamAddresses addresses;
  private final @Nullable URI sandbox;
  private final HandlerExceptionResolver problems;

  GatewayFilter(
      Doorman doorman,
      Proxy proxy,
      UpstreamAddresses addresses,
      @Nullable URI sandbox,
      HandlerExceptionResolver problems) {
    this.doorman = doorman;
    this.proxy = proxy;
    this.addresses = addresses;
    this.sandbox = sandbox;
    this.problems = problems;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return !path.startsWith("/api")
        && !path.startsWith("/webhooks")
        && !path.startsWith("/u/")
        && !path.startsWith("/sandbox");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      go(request, response, chain);
    } catch (Problem problem) {
      ProblemWriter.write(request, response, problem);
    } catch (RuntimeException e) {
      if (response.isCommitted() || problems.resolveException(request, response, null, e) == null) {
        throw e;
      }
    }
  }

  private void go(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    switch (RouteTable.of(request.getRequestURI())) {
      case Route.Here(boolean guarded) -> here(request, response, chain, guarded);
      case Route.ToService(var upstream, String path) -> {
        Identity identity = doorman.identify(request, response);
        if (isFile(request, path)) {
          proxy.forwardFile(
              request,
              response,
              upstream.serviceName(),
              addresses.of(upstream),
              path,
              doorman.token(identity),
              MOST_FILE_BYTES);
          return;
        }
        proxy.forward(
            request,
            response,
            upstream.serviceName(),
            addresses.of(upstream),
            path,
            doorman.token(identity),
            MOST_API_BYTES);
      }
      case Route.Webhook(var upstream, String path) ->
          proxy.forwardWebhook(
              request,
              response,
              upstream.serviceName(),
              addresses.of(upstream),
              path,
              MOST_WEBHOOK_BYTES);
      case Route.Mail(var upstream, String path) ->
          proxy.forwardMail(
              request,
              response,
              upstream.serviceName(),
              addresses.of(upstream),
              path,
              MOST_MAIL_BYTES);
      case Route.ToSandbox(String path) -> {
        doorman.identify(request, response).requireOperatorAtScreen();
        if (sandbox == null) {
          throw nowhere(request);
        }
        proxy.forward(request, response, "sandbox", sandbox, path, null, MOST_WEBHOOK_BYTES);
      }
      case Route.Refused(String why) ->
          throw Problem.of(HttpStatus.BAD_REQUEST, "ambiguous_path", why, "Use the plain path.");
      case Route.Nowhere() -> throw nowhere(request);
    }
  }

  /** The one thing that is too large to be held here. */
  private static boolean isFile(HttpServletRequest request, String path) {
    String type = request.getContentType();
    return request.getMethod().equals("POST")
        && path.equals("/api/v1/imports")
        && type != null
        && type.startsWith("text/");
  }

  private void here(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain, boolean guarded)
      throws ServletException, IOException {
    if (guarded) {
      request.setAttribute(CALLER, doorman.identify(request, response).caller());
    }
    chain.doFilter(request, response);
  }

  private static RuntimeException nowhere(HttpServletRequest request) {
    return Problem.of(
        HttpStatus.NOT_FOUND,
        "no_such_path",
        "There is nothing at " + request.getRequestURI() + ".",
        "See /api/v1/openapi.json for what there is.");
  }
}
