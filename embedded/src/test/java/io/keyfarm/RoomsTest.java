package io.keyfarm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.keyfarm.key.KeySpec;

/** Who may know whom, where a pom cannot say it. */
@AnalyzeClasses(packages = "io.keyfarm", importOptions = DoNotIncludeTests.class)
final class RoomsTest {
    @ArchTest
    static final ArchRule FARMERS_NAME_KEYS_BUT_HAVE_NONE = noClasses()
            .that()
            .resideInAPackage("io.keyfarm.farmer..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.keyfarm.key", "io.keyfarm.key.build..", "io.keyfarm.slave..")
                    .and(DescribedPredicate.not(equivalentTo(KeySpec.class))));

    @ArchTest
    static final ArchRule SLAVES_DO_NOT_KNOW_FARMERS = noClasses()
            .that()
            .resideInAPackage("io.keyfarm.slave..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keyfarm.farmer..", "io.keyfarm");

    @ArchTest
    static final ArchRule MONITORS_HAVE_NEVER_HEARD_OF_QUERIES = noClasses()
            .that()
            .resideInAnyPackage("io.keyfarm.rows..", "io.keyfarm.segmonitor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.keyfarm.query..",
                    "io.keyfarm.key..",
                    "io.keyfarm.wire..",
                    "io.keyfarm.slave..",
                    "io.keyfarm.farmer..");

    @ArchTest
    static final ArchRule AERON_STAYS_BEHIND_ITS_LINK = noClasses()
            .that()
            .resideOutsideOfPackage("io.keyfarm.wire.aeron..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.aeron..");

    @ArchTest
    static final ArchRule MEMORY_IS_TOUCHED_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackages("io.keyfarm.rows..", "io.keyfarm.wire..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.agrona.UnsafeApi");
}
