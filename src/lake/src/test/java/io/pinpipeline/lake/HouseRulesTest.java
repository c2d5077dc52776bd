package io.pinpipeline.lake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Tables know no pipeline; files know no tables, and tables no runs. */
@AnalyzeClasses(packages = "io.pinpipeline.lake", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {

  private static final String LAKE = "io.pinpipeline.lake";

  @ArchTest
  static final ArchRule KNOWS_THE_CORE_AND_NO_ENGINE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "io.pinpipeline.core..",
              LAKE + "..",
              "com.fasterxml.jackson..",
              "com.github.luben.zstd..",
              "io.delta.kernel..",
              "org.apache.parquet..",
              "org.jspecify.annotations..",
              "org.slf4j..",
              "org.xerial.snappy..",
              "software.amazon.awssdk..");

  @ArchTest
  static final ArchRule STORAGE_KNOWS_NO_TABLES =
      noClasses()
          .that()
          .resideInAPackage(LAKE + ".storage")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LAKE + ".delta", LAKE + ".parquet", LAKE + ".run");

  @ArchTest
  static final ArchRule TABLES_KNOW_NO_RUNS =
      noClasses()
          .that()
          .resideInAnyPackage(LAKE + ".delta", LAKE + ".parquet")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(LAKE + ".run");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.pinpipeline.(**)").should().beFreeOfCycles();
}
