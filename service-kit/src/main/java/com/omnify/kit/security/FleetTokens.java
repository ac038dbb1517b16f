package com.omnify.kit.security;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * The short-lived tokens by which the gateway tells the services who asks: HS256 with the claims
 * {@code sub}, {@code client_id} and {@code role}, of the gateway for the services and nobody else.
 */
public final class FleetTokens {

  static final String CLIENT = "client_id";
  static final String ROLE = "role";
  static final String ISSUER = "omnify-gateway";
  static final String AUDIENCE = "omnify-services";

  private final JwtEncoder encoder;
  private final RealClock realClock;

  FleetTokens(String secret, RealClock realClock) {
    this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(TokenSecret.key(secret)));
    this.realClock = realClock;
  }

  /** A token for the caller that is good for so long. */
  public String issue(Caller caller, Duration goodFor) {
    Instant now = realClock.now();
    var claims =
        JwtClaimsSet.builder()
            .issuer(ISSUER)
            .audience(List.of(AUDIENCE))
            .subject(caller.subject())
            .claim(ROLE, caller.role().wire())
            .issuedAt(now)
            .expiresAt(now.plus(goodFor));
    if (caller.clientOrNull() != null) {
      claims.claim(CLIENT, caller.clientOrNull().toString());
    }
    return encoder
        .encode(
            JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims.build()))
        .getTokenValue();
  }
}
