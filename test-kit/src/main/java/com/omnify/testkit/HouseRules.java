package com.omnify.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.omnify.migrations.TableOwners;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The house's rules that a machine can keep. Every service checks its own classes by them. */
public final class HouseRules {

  private static final Set<String> VAGUE =
      Set.of("util", "utils", "impl", "dto", "service", "services", "manager", "helper", "common");

  /** Randomness, too, is an argument there. */
  private static final DescribedPredicate<AccessTarget> ASKS_THE_WORLD =
      describe(
          "ask for the time or for chance",
          target ->
              readsClock(target)
                  || target.getOwner().isEquivalentTo(Math.class)
                      && target.getName().equals("random")
                  || target.getFullName().startsWith("java.lang.System.nanoTime")
                  || target.getFullName().startsWith("java.util.UUID.randomUUID")
                  || target.getOwner().getName().endsWith("Random"));

  /** Policies decide: records in, a sealed result out. */
  public static final ArchRule POLICIES_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("..policy..")
          .should(
              onlyDependOnClassesThat(
                  resideInAnyPackage(
                      "java.lang..",
                      "java.time..",
                      "java.util..",
                      "java.math..",
                      "java.text..",
                      "java.nio.charset..",
                      // digests and signatures are functions of their bytes
                      "java.security..",
                      "javax.crypto..",
                      "com.omnify.model..",
                      "org.jspecify..",
                      "..policy..")))
          .allowEmptyShould(true)
          .because("a policy is a pure function: no Spring, no JDBC, no JSON");

  public static final ArchRule POLICIES_ASK_NOTHING =
      noClasses()
          .that()
          .resideInAPackage("..policy..")
          .should(callMethodWhere(target(ASKS_THE_WORLD)))
          .allowEmptyShould(true)
          .because("time, randomness and history are arguments");

  /** There are two clocks, and a class must say which one it means. */
  public static final ArchRule TIME_IS_ASKED_OF_THE_CLOCKS =
      noClasses()
          .that()
          .resideOutsideOfPackages("com.omnify.kit.time..", "com.omnify.launcher..")
          .and()
          .resideOutsideOfPackage("com.omnify.sandbox..")
          .should(
              callMethodWhere(target(describe("read the system's clock", HouseRules::readsClock))))
          .allowEmptyShould(true)
          .because("what people feel follows the fleet clock, leases and ids the real one");

  public static final ArchRule KAFKA_IS_THE_KITS =
      noClasses()
          .that()
          .resideOutsideOfPackages("com.omnify.kit..", "com.omnify.launcher..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
          .because(
              "events leave by the outbox and arrive by subscriptions, or they are lost or doubled");

  public static final ArchRule PACKAGES_ARE_FEATURES =
      noClasses()
          .should(
              be(
                  describe(
                      "in a package named after a layer",
                      type ->
                          Stream.of(type.getPackageName().split("\\.")).anyMatch(VAGUE::contains))))
          .because("a package is a feature of the product");

  public static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .should(
              be(
                  simpleNameEndingWith("Impl")
                      .or(simpleNameEndingWith("Manager"))
                      .or(simpleNameEndingWith("Helper"))
                      .or(simpleNameEndingWith("Util"))
                      .or(simpleNameEndingWith("Utils"))
                      .or(simpleNameEndingWith("Dto"))
                      .or(simpleNameEndingWith("DTO"))))
          .because("TwilioSmsSender says what SmsSenderImpl does not");

  public static final ArchRule NOTHING_IS_INJECTED_INTO_FIELDS =
      fields()
          .should()
          .notBeAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
          .andShould()
          .notBeAnnotatedWith("org.springframework.beans.factory.annotation.Value")
          .andShould()
          .notBeAnnotatedWith("jakarta.inject.Inject")
          .andShould()
          .notBeAnnotatedWith("jakarta.annotation.Resource")
          .allowEmptyShould(true)
          .because("what an object needs stands in its constructor");

  public static final ArchRule NULL_IS_MARKED =
      classes()
          .should(
              be(
                  describe(
                      "in a @NullMarked package",
                      type ->
                          type.getPackage()
                              .isAnnotatedWith("org.jspecify.annotations.NullMarked"))))
          .because("null is an answer only where @Nullable says so");

  public static final ArchRule SQL_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.persistence..", "org.springframework.data.jpa..", "org.hibernate..")
          .because("SQL is visible");

  /** Everything that holds for one service, whatever the others are. */
  public static final List<ArchRule> ALL =
      List.of(
          POLICIES_ARE_PURE,
          POLICIES_ASK_NOTHING,
          TIME_IS_ASKED_OF_THE_CLOCKS,
          KAFKA_IS_THE_KITS,
          PACKAGES_ARE_FEATURES,
          NAMES_SAY_SOMETHING,
          NOTHING_IS_INJECTED_INTO_FIELDS,
          NULL_IS_MARKED,
          SQL_ONLY);

  private HouseRules() {}

  /** The services know each other by events and views alone. */
  public static ArchRule servicesStandAlone(String root) {
    String[] services =
        Stream.concat(TableOwners.SERVICES.stream(), Stream.of("launcher", "sandbox"))
            .map(service -> root + "." + service + "..")
            .toArray(String[]::new);
    var ofAnyService = resideInAnyPackage(services);
    return SlicesRuleDefinition.slices()
        .matching(root + ".(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(not(ofAnyService), alwaysTrue())
        .ignoreDependency(alwaysTrue(), not(ofAnyService))
        .allowEmptyShould(true)
        .because("between services there are events and read-only views");
  }

  /** Features of one service may know each other, but not in circles. */
  public static ArchRule featuresFormNoCircle(String servicePackage) {
    return SlicesRuleDefinition.slices()
        .matching(servicePackage + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  /**
   * Checks a service's own classes, tests left out.
   *
   * @param application any class in the service's top package
   * @throws AssertionError that lists what breaks a rule
   */
  public static void check(Class<?> application) {
    JavaClasses own = productionClasses(application.getPackageName());
    if (own.isEmpty()) {
      throw new AssertionError("no classes in " + application.getPackageName());
    }
    ALL.forEach(rule -> rule.check(own));
    servicesStandAlone("com.omnify").check(own);
    featuresFormNoCircle(application.getPackageName()).check(own);
  }

  static JavaClasses productionClasses(String packageName) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(packageName);
  }

  private static boolean readsClock(AccessTarget target) {
    JavaClass owner = target.getOwner();
    boolean now = target.getName().equals("now") && resideInAPackage("java.time..").test(owner);
    boolean millis = target.getFullName().startsWith("java.lang.System.currentTimeMillis");
    boolean clock =
        owner.isEquivalentTo(java.time.Clock.class) && target.getName().startsWith("system");
    return now || millis || clock;
  }
}
