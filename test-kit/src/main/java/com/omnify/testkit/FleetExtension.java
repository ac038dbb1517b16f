package com.omnify.testkit;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Opens a test class's fleet and closes it when everything else of the class has ended. */
final class FleetExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(FleetExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    enter(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    enter(context);
  }

  private static void enter(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    // A nested class finds its outer one's entry. The store closes what it holds after the
    // callbacks
    // of the class, thus after Spring has closed the context.
    context
        .getStore(NAMESPACE)
        .computeIfAbsent(TestFleet.class, _ -> TestFleet.of(testClass), TestFleet.class)
        .enter();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestDatabase.class || type == TestKafka.class || type == Fixtures.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    enter(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == TestDatabase.class) {
      return TestFleet.database();
    }
    return type == TestKafka.class ? TestFleet.kafka() : TestFleet.fixtures();
  }
}
