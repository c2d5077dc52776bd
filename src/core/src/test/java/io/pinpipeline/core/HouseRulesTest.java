package io.pinpipeline.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** The core is plain Java, and each of its packages knows only those below it. */
@AnalyzeClasses(packages = "io.pinpipeline.core", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {

  private static final String CORE = "io.pinpipeline.core";

  @ArchTest
  static final ArchRule PLAIN_JAVA =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify.annotations..", CORE + "..");

  @ArchTest static final ArchRule JSON = knowsOnly("json");
  @ArchTest static final ArchRule TABLE = knowsOnly("table");
  @ArchTest static final ArchRule BATCH = knowsOnly("batch");
  @ArchTest static final ArchRule ARRIVAL = knowsOnly("arrival");
  @ArchTest static final ArchRule CLEAN = knowsOnly("clean", "json", "table", "batch", "arrival");
  @ArchTest static final ArchRule PIN = knowsOnly("pin", "clean", "table");
  @ArchTest static final ArchRule GEO = knowsOnly("geo", "clean", "table");
  @ArchTest static final ArchRule USER = knowsOnly("user", "clean", "table");
  @ArchTest static final ArchRule GENERATE = knowsOnly("generate");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.pinpipeline.(**)").should().beFreeOfCycles();

  /** Of the core's packages, one knows itself and these others only. */
  private static ArchRule knowsOnly(String name, String... others) {
    String[] known =
        Stream.concat(Stream.of(name), Stream.of(others))
            .map(other -> CORE + "." + other)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(CORE + "." + name)
        .should()
        .dependOnClassesThat(resideInAPackage(CORE + "..").and(not(resideInAnyPackage(known))));
  }
}
