package com.omnify.console.routing;

import com.omnify.kit.security.CallerToken;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.ProblemWriter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The gateway's own endpoints believe the {@link GatewayFilter}, and nobody else: a token from
 * outside counts for nothing here.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  @Bean
  SecurityFilterChain gatewaySecurity(HttpSecurity http) {
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(
                        DispatcherType.ERROR, DispatcherType.ASYNC, DispatcherType.FORWARD)
                    .permitAll()
                    .requestMatchers(
                        "/api/v1/session",
                        "/api/v1/environment",
                        "/api/v1/openapi.json",
                        "/actuator/health/**",
                        "/actuator/prometheus")
                    .permitAll()
                    .requestMatchers("/api/**", "/actuator/**")
                    .authenticated()
                    .anyRequest()
                    .permitAll())
        .addFilterBefore(new KnownCaller(), AuthorizationFilter.class)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // the Doorman asks for the session's own CSRF token; PageConfiguration sets the headers
        .csrf(AbstractHttpConfigurer::disable)
        .headers(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .exceptionHandling(
            handling ->
                handling.authenticationEntryPoint(
                    (request, response, _) ->
                        ProblemWriter.write(
                            request,
                            response,
                            Problem.of(
                                HttpStatus.UNAUTHORIZED,
                                "not_signed_in",
                                "Nobody is signed in.",
                                "Send an API key as X-API-Key, or sign in."))))
        .build();
  }

  private static final class KnownCaller extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      if (request.getAttribute(GatewayFilter.CALLER) instanceof Caller caller) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerToken(caller));
        SecurityContextHolder.setContext(context);
      }
      chain.doFilter(request, response);
    }
  }
}
