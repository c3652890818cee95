package llava4j.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A sample; all of them: {@code mvn test -Dtest=EveryMutantTest -Dmutants=3000}, or {@link EveryMutant}. */
@DisplayName("A damaged file is refused in one line with nothing written, or read as what it says, for")
class EveryMutantTest {

    private static final int SAMPLE = 170;

    @TempDir
    static Path folder;
    private static EveryMutant every;

    @BeforeAll
    static void prepare() throws IOException {
        every = new EveryMutant(folder);
    }

    @AfterAll
    static void end() {
        every.close();
    }

    @TestFactory
    @DisplayName("each format")
    Stream<DynamicTest> formats() {
        Integer asked = Integer.getInteger("mutants");
        return every.formats().stream().map(format -> dynamicTest(format.name(), () -> {
            Tally tally = every.tried(format, asked != null ? asked : SAMPLE);
            if (asked != null) {
                System.out.println(tally);
            }
            assertEquals(List.of(), tally.faults());
        }));
    }
}
