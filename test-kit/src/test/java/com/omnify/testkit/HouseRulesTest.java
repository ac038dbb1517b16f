package com.omnify.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rule that rejects nothing is none: each meets a class that breaks it, and must name it. */
class HouseRulesTest {

  private final JavaClasses bad = new ClassFileImporter().importPackages("com.omnify.badhouse");

  @Test
  void everyRuleRejectsItsBadClass() {
    Map<ArchRule, String> breaking =
        Map.of(
            HouseRules.POLICIES_ARE_PURE, "KnowsTheDatabase",
            HouseRules.POLICIES_ASK_NOTHING, "ThrowsDice",
            HouseRules.TIME_IS_ASKED_OF_THE_CLOCKS, "AsksTheTime",
            HouseRules.KAFKA_IS_THE_KITS, "TalksToKafka",
            HouseRules.PACKAGES_ARE_FEATURES, "Layered",
            HouseRules.NAMES_SAY_SOMETHING, "SenderImpl",
            HouseRules.NOTHING_IS_INJECTED_INTO_FIELDS, "FilledFromOutside",
            HouseRules.NULL_IS_MARKED, "Unmarked",
            HouseRules.SQL_ONLY, "HidesItsSql");
    assertThat(breaking.keySet()).hasSize(HouseRules.ALL.size());
    breaking.forEach(this::rejects);
  }

  @Test
  void aServiceThatKnowsItsNeighbourIsRejected() {
    rejects(HouseRules.servicesStandAlone("com.omnify.badhouse"), "Healer");
  }

  @Test
  void featuresInACircleAreRejected() {
    rejects(HouseRules.featuresFormNoCircle("com.omnify.badhouse.circle"), "First");
  }

  @Test
  void theSharedLanguageKeepsTheRules() {
    JavaClasses model = HouseRules.productionClasses("com.omnify.model");
    HouseRules.ALL.forEach(rule -> rule.check(model));
  }

  private void rejects(ArchRule rule, String badClass) {
    assertThatThrownBy(() -> rule.check(bad))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(badClass);
  }
}
