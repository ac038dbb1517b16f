package com.omnify.console.identity;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.web.OpenToAnybody;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/session")
@Tag(name = "Session", description = "Signing in to the console")
class SessionController {

  private final SignIn signIn;
  private final Sessions sessions;
  private final Accounts accounts;
  private final Doorman doorman;
  private final OmnifyProperties omnify;

  SessionController(
      SignIn signIn,
      Sessions sessions,
      Accounts accounts,
      Doorman doorman,
      OmnifyProperties omnify) {
    this.signIn = signIn;
    this.sessions = sessions;
    this.accounts = accounts;
    this.doorman = doorman;
    this.omnify = omnify;
  }

  record Credentials(
      @NotBlank @Size(max = 320) String email, @NotBlank @Size(max = 200) String password) {}

  record User(UUID id, String email, String name, boolean platformAdmin) {}

  record ClientView(
      ClientId id, String name, String industry, String timeZone, String status, Role role) {}

  record SessionView(String csrfToken, User user, List<ClientView> clients, boolean demo) {}

  @OpenToAnybody(because = "e-mail address and password prove the person")
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "signIn",
      summary = "Sign in",
      description =
          "Sets the session's cookie. Writes by cookie need the CSRF token as X-CSRF-Token.")
  ResponseEntity<SessionView> signIn(
      @Valid @RequestBody Credentials credentials, HttpServletRequest request) {
    // JSON only, so no form of another site can send it; this covers browsers that say where from.
    if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "cross_site",
          "Another site cannot sign anybody in.",
          "Open the console itself.");
    }
    var account =
        signIn.check(credentials.email(), credentials.password(), request.getRemoteAddr());
    var opened = sessions.open(account.id());
    return ResponseEntity.ok()
        .header(
            HttpHeaders.SET_COOKIE, cookie(opened.token(), Sessions.LONGEST, request).toString())
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(view(account, opened.csrfToken()));
  }

  @OpenToAnybody(because = "it answers by the session's cookie alone")
  @GetMapping
  @Operation(operationId = "getSession", summary = "Who is signed in")
  ResponseEntity<SessionView> session(HttpServletRequest request) {
    var session = doorman.session(request).orElseThrow(SessionController::nobody);
    var account = accounts.byId(session.userId()).orElseThrow(SessionController::nobody);
    return ResponseEntity.ok()
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(view(account, session.csrfToken()));
  }

  @OpenToAnybody(because = "it ends the session of the cookie, if there is one")
  @DeleteMapping
  @Operation(operationId = "signOut", summary = "Sign out")
  ResponseEntity<Void> signOut(HttpServletRequest request, HttpServletResponse response) {
    doorman.session(request).ifPresent(sessions::close);
    response.addHeader(HttpHeaders.SET_COOKIE, cookie("", Duration.ZERO, request).toString());
    return ResponseEntity.noContent().build();
  }

  private SessionView view(Accounts.Account account, String csrfToken) {
    var clients =
        accounts.clientsOf(account.id(), account.platformAdmin()).stream()
            .map(
                client ->
                    new ClientView(
                        client.id(),
                        client.name(),
                        client.industry(),
                        client.timeZone(),
                        client.status(),
                        client.role()))
            .toList();
    return new SessionView(
        csrfToken,
        new User(account.id(), account.email(), account.name(), account.platformAdmin()),
        clients,
        omnify.demo());
  }

  private ResponseCookie cookie(String value, Duration age, HttpServletRequest request) {
    boolean https = request.isSecure() || "https".equals(omnify.publicUrl().getScheme());
    return ResponseCookie.from(Doorman.COOKIE, value)
        .httpOnly(true)
        .secure(https)
        .sameSite("Lax")
        .path("/")
        .maxAge(age)
        .build();
  }

  private static RuntimeException nobody() {
    return Problem.of(
        HttpStatus.UNAUTHORIZED,
        "not_signed_in",
        "Nobody is signed in.",
        "Sign in with POST /api/v1/session.");
  }
}
