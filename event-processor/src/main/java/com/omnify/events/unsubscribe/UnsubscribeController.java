package com.omnify.events.unsubscribe;

import com.omnify.events.unsubscribe.Unsubscribing.Mail;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.security.UnsubscribeToken;
import com.omnify.kit.web.OpenToAnybody;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where a mail's unsubscribe address leads (RFC 8058). A mail program posts to it by itself when
 * its person presses the button there, without a cookie and without a page before it; a person who
 * follows the link gets a page with a button.
 */
@RestController
@Tag(name = "Unsubscribing")
class UnsubscribeController {

  private static final Logger LOG = LoggerFactory.getLogger(UnsubscribeController.class);
  private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

  private final Unsubscribing unsubscribing;
  private final String secret;

  UnsubscribeController(Unsubscribing unsubscribing, OmnifyProperties properties) {
    this.unsubscribing = unsubscribing;
    this.secret = properties.tokenSecret();
  }

  /** Shows a page and changes nothing. */
  @OpenToAnybody(because = "the address is signed, and tells whoever has the mail what is in it")
  @Operation(summary = "Ask whether to unsubscribe")
  @GetMapping(value = "/u/{token}", produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> ask(@PathVariable String token) {
    return answer(
        token,
        unsubscribing::find,
        mail -> UnsubscribePage.ask(mail.business(), mail.address(), token));
  }

  /** Unsubscribes; again is the same. */
  @OpenToAnybody(because = "the address is signed; who has the mail may stop such mails")
  @Operation(summary = "Unsubscribe")
  @PostMapping(value = "/u/{token}", produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> unsubscribe(@PathVariable String token) {
    return answer(
        token,
        unsubscribing::unsubscribe,
        mail -> UnsubscribePage.done(mail.business(), mail.address()));
  }

  private ResponseEntity<String> answer(
      String text, Function<UnsubscribeToken, Optional<Mail>> look, Function<Mail, String> page) {
    try {
      return UnsubscribeToken.read(text, secret)
          .flatMap(look)
          .map(mail -> page(HttpStatus.OK, page.apply(mail)))
          .orElseGet(() -> page(HttpStatus.NOT_FOUND, UnsubscribePage.unknown()));
    } catch (DataAccessException | TransactionException e) {
      if (!SqlStates.unavailable(e) && !SqlStates.worthRepeating(e)) {
        throw e;
      }
      LOG.warn("Somebody could not unsubscribe just now: {}", e.toString());
      return page(HttpStatus.SERVICE_UNAVAILABLE, UnsubscribePage.later());
    }
  }

  private static ResponseEntity<String> page(HttpStatus status, String html) {
    return ResponseEntity.status(status)
        .contentType(HTML)
        .cacheControl(CacheControl.noStore())
        .header("Referrer-Policy", "no-referrer")
        .body(html);
  }
}
