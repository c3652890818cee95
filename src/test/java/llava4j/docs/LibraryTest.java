package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of docs/library.md ask for the versions that this build has; one of them no Gradle has ever read. */
class LibraryTest {

    private static final Path GRADLE = Path.of("src/examples/gradle/build.gradle.kts");
    private static final Path MAVEN = Path.of("src/examples/maven/pom.xml");
    private static final Pattern ARTIFACT = Pattern.compile("\"(org\\.[\\w.]+:[\\w-]+):([\\w.$-]+)");

    private static String first(Path file, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(file));
        assertTrue(found.find(), pattern + " in " + file);
        return found.group(1);
    }

    @Test
    void theExamplesAskForTheVersionOfThisProject() throws IOException {
        String own = first(Path.of("pom.xml"), "<artifactId>llava4j</artifactId>\\s*<version>([^<]+)</version>");
        assertEquals(own, first(MAVEN, "<artifactId>llava4j</artifactId>\\s*<version>([^<]+)</version>"));
        assertEquals(own, first(GRADLE, "implementation\\(\"io\\.github\\.llava4j:llava4j:([^\"]+)\""));
        assertEquals(own, first(Path.of("docs/library.md"), "io\\.github\\.llava4j:llava4j:([\\d.]+\\d)"));
    }

    @Test
    void theBinariesThatGradleIsToldOfAreThoseThatMavenChooses() throws IOException {
        String nd4j = first(GRADLE, "val nd4j = \"([^\"]+)\"");
        assertEquals(first(Path.of("pom.xml"), "<nd4j\\.version>([^<]+)</nd4j\\.version>"), nd4j);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        if (!classPath.contains("nd4j-native-" + nd4j)) {
            return;     // a build with another ND4J has other binaries, of which the example does not speak
        }
        List<String> jars = ARTIFACT.matcher(Files.readString(GRADLE)).results()
                .map(one -> one.group(1).split(":")[1] + "-" + one.group(2).replace("$nd4j", nd4j)).distinct().toList();
        assertTrue(jars.size() > 4, jars::toString);
        assertEquals(List.of(), jars.stream().filter(jar -> Stream.of(classPath.split("[:;]")).noneMatch(entry ->
                Path.of(entry).getFileName().toString().startsWith(jar))).toList());
    }
}
