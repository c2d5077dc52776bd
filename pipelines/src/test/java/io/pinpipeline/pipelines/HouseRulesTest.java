package io.pinpipeline.pipelines;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Pipelines know no engine, and their parts do not know the command line. */
@AnalyzeClasses(packages = "io.pinpipeline.pipelines", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {

  @ArchTest
  static final ArchRule NO_ENGINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.beam.runners..", "org.apache.flink..", "org.apache.spark..");

  @ArchTest
  static final ArchRule PARTS_DO_NOT_KNOW_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.pinpipeline.pipelines.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.pinpipeline.pipelines.cli..", "picocli..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.pinpipeline.(**)").should().beFreeOfCycles();
}
