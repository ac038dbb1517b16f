package com.omnify.console.identity;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTParser;
import com.omnify.console.identity.ExternalIssuers.Issuer;
import com.omnify.kit.web.Problem;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;

/**
 * Tokens of the issuers that the operator trusts. Public-key signatures only: with a shared secret,
 * or none, whoever knows the public key could sign.
 */
@Component
class ExternalTokens {

  private static final Logger log = LoggerFactory.getLogger(ExternalTokens.class);

  private static final Set<SignatureAlgorithm> ALGORITHMS =
      Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256);

  /** How far an issuer's clock may be from ours. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration READ = Duration.ofSeconds(3);
  private static final int MOST_KEY_BYTES = 128 << 10;

  /** A key that its issuer has withdrawn opens nothing after this. */
  private static final Duration KEYS_GOOD_FOR = Duration.ofMinutes(5);

  /** Keys that were good go on being so while their issuer cannot be asked, at most so long. */
  private static final Duration OUTAGE = Duration.ofHours(1);

  /** Made-up key ids must not become a flood of questions to the issuer. */
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);

  private final Map<String, Trusted> trusted;

  private record Trusted(Issuer issuer, JwtDecoder decoder) {}

  /**
   * Who someone is, as an issuer says.
   *
   * @param email null unless the issuer's settings and its token both say that it was verified
   */
  record Proven(String issuer, String subject, @Nullable String email) {}

  ExternalTokens(ExternalIssuers issuers) {
    this.trusted =
        issuers.issuers().stream()
            .map(issuer -> new Trusted(issuer, decoder(issuer)))
            .collect(Collectors.toMap(one -> one.issuer().issuer(), Function.identity()));
  }

  /** Three parts with dots: neither an API key nor a session's token looks like that. */
  static boolean looksLikeOne(String bearer) {
    return bearer.startsWith("ey") && bearer.chars().filter(c -> c == '.').count() == 2;
  }

  /** Who the token is of; throws the problem that says why it proves nothing. */
  Proven verify(String token) {
    Trusted by = trusted.get(claimedIssuer(token));
    if (by == null) {
      throw refused("Its issuer is none that this installation trusts.");
    }
    try {
      Jwt jwt = by.decoder().decode(token);
      // there is one: the decoder's rules ask for it
      String subject = Objects.requireNonNull(jwt.getSubject());
      return new Proven(by.issuer().issuer(), subject, email(by.issuer(), jwt));
    } catch (JwtValidationException e) {
      throw refused(
          e.getErrors().stream()
                  .map(OAuth2Error::getDescription)
                  .distinct()
                  .collect(Collectors.joining("; "))
              + ".");
    } catch (BadJwtException e) {
      log.debug("A token of {} is not good", by.issuer().issuer(), e);
      throw refused("It is not signed by its issuer's keys, or not as it should be.");
    } catch (JwtException e) {
      if (causedBy(e, RateLimitReachedException.class)) {
        throw refused("Its issuer's keys, asked for moments ago, hold none that signed it.");
      }
      log.warn("The keys of {} cannot be had: {}", by.issuer().issuer(), e.getMessage());
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "issuer_unreachable",
          "The keys of the token's issuer cannot be had, so nobody can say whether it is good.",
          "Nothing was done. Try again in a moment, or use an API key.");
    }
  }

  /** Not believed yet: it only says whose keys to try. */
  private static String claimedIssuer(String token) {
    try {
      String issuer = JWTParser.parse(token).getJWTClaimsSet().getIssuer();
      if (issuer != null) {
        return issuer;
      }
    } catch (ParseException e) {
      log.debug("A bearer token cannot be read", e);
    }
    throw refused("It cannot be read, or names no issuer.");
  }

  private static @Nullable String email(Issuer issuer, Jwt jwt) {
    if (issuer.emailClaim() == null || issuer.emailVerifiedClaim() == null) {
      return null;
    }
    // Clerk's templates put a boolean there, others its text
    boolean verified =
        Boolean.TRUE.equals(jwt.getClaims().get(issuer.emailVerifiedClaim()))
            || "true".equals(jwt.getClaims().get(issuer.emailVerifiedClaim()));
    return verified && jwt.getClaims().get(issuer.emailClaim()) instanceof String email
        ? Accounts.canonical(email)
        : null;
  }

  private static JwtDecoder decoder(Issuer issuer) {
    var decoder =
        NimbusJwtDecoder.withJwkSource(keys(issuer))
            .jwsAlgorithms(
                algorithms -> {
                  algorithms.clear();
                  algorithms.addAll(ALGORITHMS);
                })
            .build();
    var time = new JwtTimestampValidator(CLOCK_SKEW);
    time.setAllowEmptyExpiryClaim(false);
    var rules = new ArrayList<OAuth2TokenValidator<Jwt>>();
    rules.add(time);
    rules.add(new JwtIssuerValidator(issuer.issuer()));
    rules.add(new JwtClaimValidator<String>("sub", subject -> !subject.isBlank()));
    if (!issuer.audiences().isEmpty()) {
      rules.add(oneOf("aud", issuer.audiences()));
    }
    if (!issuer.authorizedParties().isEmpty()) {
      rules.add(oneOf("azp", issuer.authorizedParties()));
    }
    decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<Jwt>(rules));
    return decoder;
  }

  private static OAuth2TokenValidator<Jwt> oneOf(String claim, List<String> wanted) {
    return new JwtClaimValidator<Object>(
        claim,
        value ->
            value instanceof String one && wanted.contains(one)
                || value instanceof Collection<?> several
                    && several.stream().anyMatch(wanted::contains));
  }

  private static JWKSource<SecurityContext> keys(Issuer issuer) {
    try {
      var retriever =
          new DefaultResourceRetriever(
              (int) CONNECT.toMillis(), (int) READ.toMillis(), MOST_KEY_BYTES);
      return JWKSourceBuilder.<SecurityContext>create(issuer.jwksUri().toURL(), retriever)
          .cache(KEYS_GOOD_FOR.toMillis(), CONNECT.plus(READ).toMillis())
          .refreshAheadCache(false)
          .rateLimited(BETWEEN_FETCHES.toMillis())
          .outageTolerant(OUTAGE.toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(
          "omnify.identity.issuers: " + issuer.jwksUri() + " is no address of keys", e);
    }
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static Problem refused(String why) {
    return Problem.of(
        HttpStatus.UNAUTHORIZED,
        "bad_token",
        "This token opens nothing here. " + why,
        "Sign in anew with your identity provider, or send an API key as X-API-Key.");
  }
}
