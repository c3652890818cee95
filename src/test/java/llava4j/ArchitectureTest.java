package llava4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the folders go one way, as in Figure 1 of the paper. */
@AnalyzeClasses(packages = "llava4j", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_PARTS_OF_THE_FIGURE_LEAN_ON_THE_SHARED_ONES_ALONE = classes()
            .that().resideInAnyPackage("llava4j.vision", "llava4j.connector", "llava4j.language")
            .should().onlyDependOnClassesThat(new com.tngtech.archunit.base.DescribedPredicate<>(
                    "are of their own folder, the shared graph parts and the way to run them, or no part of this project") {
                @Override
                public boolean test(com.tngtech.archunit.core.domain.JavaClass other) {
                    return !other.getPackageName().startsWith("llava4j") || other.getPackageName().equals("llava4j.graph")
                            || other.getPackageName().equals("llava4j.execution")
                            || other.getPackageName().equals("llava4j.error")
                            || java.util.List.of("vision", "connector", "language")
                                    .contains(other.getPackageName().substring("llava4j.".length()));
                }
            });

    @ArchTest
    static final ArchRule VISION_STANDS_ALONE = alone("vision", "connector", "language");

    @ArchTest
    static final ArchRule LANGUAGE_STANDS_ALONE = alone("language", "vision", "connector");

    /** It adds layers to the decoder, in Flamingo's way; of the encoder it knows features. */
    @ArchTest
    static final ArchRule A_CONNECTOR_KNOWS_THE_DECODER_BUT_NOT_THE_ENCODER = noClasses().that()
            .resideInAPackage("llava4j.connector").should().dependOnClassesThat().resideInAPackage("llava4j.vision");

    @ArchTest
    static final ArchRule NOTHING_KNOWS_THE_COMMAND_LINE = noClasses().that().resideOutsideOfPackage("llava4j.cli..")
            .should().dependOnClassesThat().resideInAPackage("llava4j.cli..");

    @ArchTest
    static final ArchRule THE_MODEL_KNOWS_NOTHING_OF_ITS_USES = noClasses().that()
            .resideInAnyPackage("llava4j.model", "llava4j.graph", "llava4j.execution", "llava4j.image", "llava4j.conversation")
            .should().dependOnClassesThat().resideInAnyPackage("llava4j.train..", "llava4j.generate..",
                    "llava4j.evaluate..", "llava4j.data..", "llava4j.tinyworld..", "llava4j.pretrain..", "llava4j.demo..");

    @ArchTest
    static final ArchRule HOW_A_GRAPH_IS_RUN_DOES_NOT_DEPEND_ON_WHAT_IT_COMPUTES = noClasses().that()
            .resideInAPackage("llava4j.execution").should().dependOnClassesThat(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("llava4j..")
                            .and(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages(
                                    "llava4j.execution", "llava4j.error")));

    @ArchTest
    static final ArchRule NO_TWO_FOLDERS_LEAN_ON_EACH_OTHER = slices().matching("llava4j.(*)..").should().beFreeOfCycles();

    private static ArchRule alone(String folder, String... others) {
        return noClasses().that().resideInAPackage("llava4j." + folder).should().dependOnClassesThat()
                .resideInAnyPackage("llava4j." + others[0], "llava4j." + others[1]);
    }
}
