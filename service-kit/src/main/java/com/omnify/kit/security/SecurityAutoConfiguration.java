package com.omnify.kit.security;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.ProblemWriter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Every path needs the gateway's token, except those that prove themselves otherwise or tell
 * nothing.
 */
@AutoConfiguration(
    before = {
      OAuth2ResourceServerAutoConfiguration.class,
      ServletWebSecurityAutoConfiguration.class
    })
class SecurityAutoConfiguration {

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final DefaultBearerTokenResolver TOKENS = new DefaultBearerTokenResolver();

  @Bean
  FleetTokens fleetTokens(OmnifyProperties properties, RealClock realClock) {
    return new FleetTokens(properties.tokenSecret(), realClock);
  }

  @Bean
  @ConditionalOnMissingBean
  JwtDecoder jwtDecoder(OmnifyProperties properties) {
    var decoder =
        NimbusJwtDecoder.withSecretKey(TokenSecret.key(properties.tokenSecret()))
            .macAlgorithm(MacAlgorithm.HS256)
            .build();
    var time = new JwtTimestampValidator(CLOCK_SKEW);
    time.setAllowEmptyExpiryClaim(false);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<Jwt>(
            time,
            new JwtIssuerValidator(FleetTokens.ISSUER),
            new JwtAudienceValidator(FleetTokens.AUDIENCE)));
    return decoder;
  }

  @Bean
  @ConditionalOnMissingBean(SecurityFilterChain.class)
  SecurityFilterChain omnifySecurity(HttpSecurity http, JwtDecoder decoder) {
    AuthenticationEntryPoint unauthenticated =
        (request, response, _) -> {
          response.setHeader("WWW-Authenticate", "Bearer");
          ProblemWriter.write(
              request,
              response,
              Problem.of(
                  HttpStatus.UNAUTHORIZED,
                  "unauthenticated",
                  "There is no valid token with this request.",
                  "Call through the gateway with an API key or a session; its tokens last briefly."));
        };
    AccessDeniedHandler denied =
        (request, response, _) ->
            ProblemWriter.write(
                request,
                response,
                Problem.of(
                    HttpStatus.FORBIDDEN,
                    "forbidden",
                    "The caller may not do this.",
                    "Ask someone with a higher role."));
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers(
                        "/actuator/health",
                        "/actuator/health/**",
                        "/actuator/prometheus",
                        "/webhooks/**",
                        "/u/*",
                        "/v3/api-docs",
                        "/v3/api-docs/**",
                        "/v3/api-docs.yaml")
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .oauth2ResourceServer(
            server ->
                server
                    .bearerTokenResolver(SecurityAutoConfiguration::fleetToken)
                    .jwt(
                        jwt ->
                            jwt.decoder(decoder)
                                .jwtAuthenticationConverter(new CallerToken.FromJwt()))
                    .authenticationEntryPoint(unauthenticated)
                    .accessDeniedHandler(denied))
        .exceptionHandling(
            handling ->
                handling.authenticationEntryPoint(unauthenticated).accessDeniedHandler(denied))
        .build();
  }

  /** What a provider's webhook carries as a bearer token is the provider's, and none of ours. */
  private static @Nullable String fleetToken(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/webhooks/") ? null : TOKENS.resolve(request);
  }
}
