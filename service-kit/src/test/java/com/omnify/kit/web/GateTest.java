package com.omnify.kit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.kit.CannotStart;
import com.omnify.model.id.ClientId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.method.HandlerMethod;

class GateTest {

  private static final ClientId CLIENT = new ClientId(UUID.randomUUID());

  static final class Endpoints {

    @Needs(Role.ADMIN)
    void ofAdmins() {}

    @Needs(value = Role.MEMBER, withoutClient = true)
    void withoutClient() {}

    @OpenToAnybody(because = "it is a trial")
    void open() {}

    void unsaid() {}

    @Needs(Role.MEMBER)
    @OpenToAnybody(because = "it cannot be both")
    void contradictory() {}
  }

  private static HandlerMethod endpoint(String name) {
    var method =
        Arrays.stream(Endpoints.class.getDeclaredMethods())
            .filter(m -> m.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return new HandlerMethod(new Endpoints(), method);
  }

  private static @Nullable HttpStatus refusal(String endpoint, @Nullable Caller caller) {
    try {
      Gate.check(Gate.of(endpoint(endpoint)), caller);
      return null;
    } catch (Problem problem) {
      return problem.status();
    }
  }

  private static Caller of(Role role) {
    return new Caller(CLIENT, "tester", role);
  }

  @Test
  void theRoleThatAnEndpointNeedsOrAHigherOnePasses() {
    assertThat(refusal("ofAdmins", null)).isEqualTo(HttpStatus.UNAUTHORIZED);
    assertThat(refusal("ofAdmins", of(Role.MEMBER))).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(refusal("ofAdmins", of(Role.ADMIN))).isNull();
    assertThat(refusal("ofAdmins", of(Role.OWNER))).isNull();
    assertThat(refusal("ofAdmins", of(Role.PLATFORM))).isNull();
    assertThat(refusal("open", null)).isNull();
  }

  @Test
  void whoeverHasChosenNoClientPassesOnlyWhereNoneIsNeeded() {
    var platform = new Caller(null, "tester", Role.PLATFORM);
    assertThat(refusal("ofAdmins", platform)).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(refusal("withoutClient", platform)).isNull();
  }

  @Test
  void nobodyPassesWhereNothingIsSaid() {
    assertThat(refusal("unsaid", of(Role.PLATFORM))).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(refusal("contradictory", of(Role.PLATFORM))).isEqualTo(HttpStatus.FORBIDDEN);
    assertThatThrownBy(
            () ->
                new Gate()
                    .preHandle(
                        new MockHttpServletRequest(),
                        new MockHttpServletResponse(),
                        endpoint("unsaid")))
        .isInstanceOf(Problem.class);
  }

  @Test
  void aServiceWithAnEndpointThatSaysNothingDoesNotStart() {
    assertThatCode(
            () ->
                Gate.requireRules(
                    List.of(endpoint("ofAdmins"), endpoint("withoutClient"), endpoint("open"))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Gate.requireRules(List.of(endpoint("ofAdmins"), endpoint("unsaid"))))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("unsaid")
        .hasMessageNotContaining("ofAdmins");
    assertThatThrownBy(() -> Gate.requireRules(List.of(endpoint("contradictory"))))
        .isInstanceOf(CannotStart.class);
  }
}
