package io.pinpipeline.report;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The page knows what it shows, and how; neither Beam nor the command line. */
@AnalyzeClasses(packages = "io.pinpipeline.report", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {

  @ArchTest
  static final ArchRule A_VALUE_AND_A_TEMPLATE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify.annotations..",
              "gg.jte..",
              "io.pinpipeline.core..",
              "io.pinpipeline.lake..",
              "io.pinpipeline.report..");
}
