package com.omnify.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/**
 * A service as it runs in the fleet, started by its own main method, on a free port, with a
 * database and topics of the test class's own. Further properties: {@code @TestPropertySource}. The
 * context ends with the class, so that no two contend for the machine.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(FleetExtension.class)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    useMainMethod = SpringBootTest.UseMainMethod.WHEN_AVAILABLE,
    properties = {"logging.level.root=WARN", "logging.level.com.omnify=INFO"})
@DirtiesContext
public @interface OmnifySpringTest {

  /** The service's name: scheduler, channels, events, memory, healer, learning, console. */
  String service();
}
