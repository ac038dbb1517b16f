package com.omnify.console.identity;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens the gateway takes besides its own, as {@code omnify.identity.issuers[n]} says. A
 * token proves who someone is and nothing else: what they may do stands in our own tables.
 */
@ConfigurationProperties("omnify.identity")
record ExternalIssuers(@DefaultValue List<Issuer> issuers) {

  /**
   * An issuer of signed tokens, such as a project of Supabase or an application of Clerk.
   *
   * @param issuer exactly as in the claim {@code iss}
   * @param jwksUri where its public keys are
   * @param audiences one of them must be in {@code aud}; empty asks for none
   * @param authorizedParties one of them must be {@code azp}; empty asks for none
   * @param emailClaim the top-level claim with an e-mail address by which people are known here
   *     too; null: by issuer and subject alone
   * @param emailVerifiedClaim the top-level claim that must be true for the address to count
   */
  record Issuer(
      String issuer,
      URI jwksUri,
      @DefaultValue List<String> audiences,
      @DefaultValue List<String> authorizedParties,
      @Nullable String emailClaim,
      @Nullable String emailVerifiedClaim) {

    Issuer {
      if (issuer.isBlank()) {
        throw new IllegalArgumentException("omnify.identity.issuers: an issuer has no name");
      }
      String of = "omnify.identity.issuers: " + issuer + " ";
      if (!"https".equals(jwksUri.getScheme()) && !isLoopback(jwksUri)) {
        throw new IllegalArgumentException(
            of + "needs a jwks-uri by https, or anybody on the way could be anyone");
      }
      if (audiences.isEmpty() && authorizedParties.isEmpty()) {
        throw new IllegalArgumentException(
            of + "needs audiences or authorized-parties, or tokens for others would open this");
      }
      if ((emailClaim == null) != (emailVerifiedClaim == null)) {
        throw new IllegalArgumentException(
            of
                + "needs both email-claim and email-verified-claim: an address that nobody has"
                + " checked proves nothing");
      }
    }

    private static boolean isLoopback(URI uri) {
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && List.of("127.0.0.1", "localhost", "[::1]").contains(uri.getHost());
    }
  }

  ExternalIssuers {
    if (issuers.stream().map(Issuer::issuer).distinct().count() < issuers.size()) {
      throw new IllegalArgumentException("omnify.identity.issuers: one is named twice");
    }
  }

  List<String> names() {
    return issuers.stream().map(Issuer::issuer).toList();
  }
}
