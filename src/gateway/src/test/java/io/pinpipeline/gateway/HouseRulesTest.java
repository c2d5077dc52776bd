package io.pinpipeline.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The gateway knows no pipeline, and its parts know each other in one direction only. */
@AnalyzeClasses(packages = "io.pinpipeline.gateway", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {

  @ArchTest
  static final ArchRule KNOWS_THE_CORE_ONLY =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "io.pinpipeline.core..",
              "io.pinpipeline.gateway..",
              "com.fasterxml.jackson..",
              "com.github.benmanes.caffeine..",
              "com.linecorp.armeria..",
              "io.github.bucket4j..",
              "io.micrometer..",
              "io.netty..",
              "org.apache.kafka..",
              "org.HdrHistogram..",
              "org.jspecify.annotations..",
              "org.reactivestreams..",
              "org.slf4j..",
              "picocli..");

  @ArchTest
  static final ArchRule WIRE_FORMS_KNOW_NEITHER_SERVER_NOR_KAFKA =
      noClasses()
          .that()
          .resideInAPackage("io.pinpipeline.gateway.wire..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.linecorp..", "io.netty..", "org.apache.kafka..");

  @ArchTest
  static final ArchRule KAFKA_KNOWS_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage("io.pinpipeline.gateway.kafka..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.linecorp..", "io.netty..");

  @ArchTest
  static final ArchRule PARTS_DO_NOT_KNOW_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.pinpipeline.gateway.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.pinpipeline.gateway.cli..", "picocli..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.pinpipeline.(**)").should().beFreeOfCycles();
}
