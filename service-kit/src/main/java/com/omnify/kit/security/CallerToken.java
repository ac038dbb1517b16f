package com.omnify.kit.security;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Role;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** An authentication whose principal is the {@link Caller}. */
public final class CallerToken extends AbstractAuthenticationToken {

  private final transient Caller caller;

  public CallerToken(Caller caller) {
    super(List.of(new SimpleGrantedAuthority("ROLE_" + caller.role().name())));
    this.caller = caller;
    super.setAuthenticated(true);
  }

  @Override
  public Caller getPrincipal() {
    return caller;
  }

  @Override
  public String getCredentials() {
    return "";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CallerToken that && caller.equals(that.caller);
  }

  @Override
  public int hashCode() {
    return caller.hashCode();
  }

  /** Reads the claims of a token whose signature and time are good. */
  static final class FromJwt implements Converter<Jwt, AbstractAuthenticationToken> {

    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
      try {
        String subject = token.getSubject();
        String roleClaim = token.getClaimAsString(FleetTokens.ROLE);
        String client = token.getClaimAsString(FleetTokens.CLIENT);
        if (subject == null || roleClaim == null) {
          throw new InvalidBearerTokenException("the token needs sub and role");
        }
        Role role = WireEnum.parse(Role.class, roleClaim.toLowerCase(Locale.ROOT));
        if (client == null && role != Role.PLATFORM) {
          throw new InvalidBearerTokenException("the token needs client_id");
        }
        return new CallerToken(
            new Caller(client == null ? null : ClientId.of(client), subject, role));
      } catch (IllegalArgumentException e) {
        throw new InvalidBearerTokenException("the token's claims cannot be read", e);
      }
    }
  }
}
