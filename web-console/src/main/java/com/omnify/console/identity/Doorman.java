package com.omnify.console.identity;

import com.omnify.kit.security.FleetTokens;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Finds out who is asking: by an API key, by a session's token or another issuer's as bearer, or by
 * the session's cookie, which counts for writes only together with the session's CSRF token.
 */
@Component
public class Doorman {

  static final String COOKIE = "omnify_session";
  static final String CLIENT_HEADER = "X-Client-Id";

  /** Long enough for one request on its way. */
  private static final Duration LIFETIME = Duration.ofSeconds(60);

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final Sessions sessions;
  private final Accounts accounts;
  private final ApiKeys keys;
  private final Clients clients;
  private final ExternalTokens externalTokens;
  private final ExternalIdentities externalIdentities;
  private final FleetTokens tokens;

  Doorman(
      Sessions sessions,
      Accounts accounts,
      ApiKeys keys,
      Clients clients,
      ExternalTokens externalTokens,
      ExternalIdentities externalIdentities,
      FleetTokens tokens) {
    this.sessions = sessions;
    this.accounts = accounts;
    this.keys = keys;
    this.clients = clients;
    this.externalTokens = externalTokens;
    this.externalIdentities = externalIdentities;
    this.tokens = tokens;
  }

  /** The token that a service trusts for the next minute. */
  public String token(Identity identity) {
    return tokens.issue(identity.caller(), LIFETIME);
  }

  /** The token by which the gateway itself asks the services. */
  public String ownToken() {
    return tokens.issue(new Caller(null, "gateway", Role.PLATFORM), LIFETIME);
  }

  /** Who is asking; throws the problem that says what is missing. */
  public Identity identify(HttpServletRequest request, HttpServletResponse response) {
    String key = request.getHeader("X-API-Key");
    String bearer = bearer(request);
    if (key == null && bearer != null && bearer.startsWith(Secrets.API_KEY)) {
      key = bearer;
    }
    ClientId wanted = wantedClient(request);
    if (key != null) {
      return ofKey(key, wanted, response);
    }
    if (bearer != null && ExternalTokens.looksLikeOne(bearer)) {
      return ofExternal(bearer, wanted, response);
    }
    if (bearer != null) {
      return ofSession(
          sessions.find(bearer).orElseThrow(() -> unknown(response, "This token is not known.")),
          wanted);
    }
    Identity.Session session =
        cookie(request)
            .flatMap(sessions::find)
            .orElseThrow(() -> unknown(response, "Nobody is signed in."));
    requireCsrf(request, session);
    return ofSession(session, wanted);
  }

  /** The session of the cookie, for the session's own endpoint; writes need its CSRF token. */
  Optional<Identity.Session> session(HttpServletRequest request) {
    var session = cookie(request).flatMap(sessions::find);
    session.ifPresent(found -> requireCsrf(request, found));
    return session;
  }

  private static void requireCsrf(HttpServletRequest request, Identity.Session session) {
    if (SAFE.contains(request.getMethod())) {
      return;
    }
    String sent = request.getHeader("X-CSRF-Token");
    if (sent == null || !Secrets.same(sent, session.csrfToken())) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "csrf_token",
          "A write by cookie needs the session's CSRF token.",
          "Send X-CSRF-Token as GET /api/v1/session gives it, or use an API key.");
    }
  }

  private Identity ofKey(String key, @Nullable ClientId wanted, HttpServletResponse response) {
    ApiKeys.Known known =
        keys.find(key)
            .orElseThrow(() -> unknown(response, "This API key is not known, or was revoked."));
    ClientId client = known.client();
    if (client == null) {
      client = wanted;
    } else if (wanted != null && !wanted.equals(client)) {
      throw otherClient(wanted);
    }
    return checked(new Identity("key:" + known.id(), known.role(), client, null));
  }

  private Identity ofSession(Identity.Session session, @Nullable ClientId wanted) {
    String subject = "user:" + session.userId();
    if (session.platformAdmin()) {
      return checked(new Identity(subject, Role.PLATFORM, wanted, session));
    }
    ClientId client = wanted;
    if (client == null) {
      var mine = accounts.clientIdsOf(session.userId());
      if (mine.size() != 1) {
        throw clientNotChosen(
            "You work for " + (mine.isEmpty() ? "no client." : "more than one client."));
      }
      client = mine.getFirst();
    }
    ClientId chosen = client;
    Role role = accounts.roleAt(session.userId(), chosen).orElseThrow(() -> otherClient(chosen));
    return checked(new Identity(subject, role, chosen, session));
  }

  private Identity ofExternal(
      String token, @Nullable ClientId wanted, HttpServletResponse response) {
    ExternalTokens.Proven proven;
    try {
      proven = externalTokens.verify(token);
    } catch (Problem problem) {
      if (problem.status() == HttpStatus.UNAUTHORIZED) {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
      } else {
        response.setHeader(HttpHeaders.RETRY_AFTER, "5");
      }
      throw problem;
    }
    var places = externalIdentities.placesOf(proven);
    if (places.isEmpty()) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "nobody_here",
          "The token is good, but nobody of any client is known by it.",
          "An admin of the client links it: POST /api/v1/users/{id}/identities with its issuer and"
              + " subject.");
    }
    if (wanted == null && places.size() > 1) {
      throw clientNotChosen("You work for more than one client.");
    }
    var place =
        places.stream()
            .filter(one -> wanted == null || one.client().equals(wanted))
            .findFirst()
            .orElseThrow(() -> otherClient(Objects.requireNonNull(wanted)));
    return checked(new Identity("user:" + place.userId(), place.role(), place.client(), null));
  }

  private Identity checked(Identity identity) {
    ClientId client = identity.client();
    if (client == null) {
      return identity;
    }
    String status = clients.status(client).orElseThrow(() -> Problem.notFound("client", client));
    if (status.equals("suspended") && identity.role() != Role.PLATFORM) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "client_suspended",
          "This client is suspended.",
          "Ask the operator of the platform.");
    }
    return identity;
  }

  private static RuntimeException otherClient(ClientId wanted) {
    return Problem.of(
        HttpStatus.FORBIDDEN,
        "other_client",
        "These credentials do not open client " + wanted + ".",
        "Leave " + CLIENT_HEADER + " out, or name a client of yours.");
  }

  private static RuntimeException clientNotChosen(String detail) {
    return Problem.of(
        HttpStatus.BAD_REQUEST,
        "client_not_chosen",
        detail,
        "Name one in the header " + CLIENT_HEADER + ".");
  }

  private static RuntimeException unknown(HttpServletResponse response, String detail) {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    return Problem.of(
        HttpStatus.UNAUTHORIZED,
        "not_signed_in",
        detail,
        "Send an API key as X-API-Key, or sign in with POST /api/v1/session.");
  }

  private static @Nullable ClientId wantedClient(HttpServletRequest request) {
    String text = request.getHeader(CLIENT_HEADER);
    if (text == null && request.getRequestURI().equals("/api/v1/events")) {
      // a browser's EventSource sends no headers of ours
      text = request.getParameter("client_id");
    }
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return ClientId.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST,
          "bad_client_id",
          CLIENT_HEADER + " is no client's id: " + e.getMessage(),
          "Send a client's id as GET /api/v1/clients lists it.");
    }
  }

  private static @Nullable String bearer(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : null;
  }

  private static Optional<String> cookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(COOKIE)) {
          return Optional.of(cookie.getValue());
        }
      }
    }
    return Optional.empty();
  }
}
