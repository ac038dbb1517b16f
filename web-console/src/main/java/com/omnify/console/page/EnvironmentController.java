package com.omnify.console.page;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.web.OpenToAnybody;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What may be known before signing in. */
@RestController
@Tag(name = "Environment", description = "What kind of installation this is")
class EnvironmentController {

  private final OmnifyProperties omnify;

  EnvironmentController(OmnifyProperties omnify) {
    this.omnify = omnify;
  }

  record Environment(boolean demo, String publicUrl) {}

  @OpenToAnybody(because = "the sign-in page asks before anybody is known")
  @GetMapping("/api/v1/environment")
  @Operation(
      operationId = "getEnvironment",
      summary = "Whether this is a demonstration, and its public address")
  Environment environment() {
    return new Environment(omnify.demo(), omnify.publicUrl().toString());
  }
}
