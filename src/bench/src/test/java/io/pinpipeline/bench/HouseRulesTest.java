package io.pinpipeline.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.pinpipeline.bench",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

  @ArchTest
  static final ArchRule RUNS_OUR_BUNDLES_AND_SEES_NONE_OF_THEIR_CLASSES =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.beam..",
              "io.pinpipeline.pipelines..",
              "io.pinpipeline.transforms..",
              "io.pinpipeline.runners..");

  @ArchTest
  static final ArchRule ONLY_THE_NATIVE_CONTESTANT_KNOWS_SPARK =
      noClasses()
          .that()
          .doNotHaveSimpleName("SparkJob")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule ONLY_THE_NATIVE_CONTESTANT_KNOWS_FLINK =
      noClasses()
          .that()
          .haveNameNotMatching(".*[.]NativeFlinkJob([$].*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule PEERS_STAND_ALONE =
      noClasses()
          .that()
          .haveSimpleNameStartingWith("Spark")
          .or()
          .haveSimpleNameStartingWith("DuckDb")
          .or()
          .haveSimpleNameStartingWith("Bundle")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.pinpipeline.core..", "io.pinpipeline.lake..");
}
