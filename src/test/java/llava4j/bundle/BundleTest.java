package llava4j.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import llava4j.error.UserError;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a pack and what stays out, on a small project and a repository that are made up here. */
class BundleTest {

    @TempDir
    private Path folder;
    private Path project;
    private Path repository;
    private Path wheels;
    private Path maven;

    @BeforeEach
    void makeUpAProjectAndARepository() throws IOException {
        project = folder.resolve("a project");
        write(project.resolve("pom.xml"), "<project><id>linux-x86_64</id><natives>linux-x86_64</natives></project>");
        write(project.resolve(".gitignore"), "target/\n*.iml\n");
        write(project.resolve(".git/config"), "");
        write(project.resolve(".mvn/jvm.config"), "-Xmx1g\n");
        write(project.resolve("target/classes/A.class"), "");
        write(project.resolve("llava4j.iml"), "");
        write(project.resolve("tiny-data/world.json"), "{}");
        write(project.resolve("notebooks/requirements.txt"), "jjava\n");
        write(project.resolve("notebooks/run"), "#!/usr/bin/env python3\n");
        assertTrue(project.resolve("notebooks/run").toFile().setExecutable(true));
        write(project.resolve("docs/teaching/answers.md"), "42");
        write(project.resolve("exercises/pom.xml"), "<project/>");
        write(project.resolve("exercises/solutions/Patchify.java"), "// the solution");
        write(project.resolve("exercises/Handout.java"), """
                import java.nio.file.*;
                class Handout {
                    public static void main(String[] options) throws Exception {
                        Files.createDirectories(Path.of(options[1], "exercises"));
                        Files.writeString(Path.of(options[1], "exercises/README.md"), "for students");
                        Files.createDirectories(Path.of(options[1], "tiny-data"));
                        Files.writeString(Path.of(options[1], "tiny-data/world.json"), "{}");
                    }
                }
                """);
        repository = folder.resolve("repository");
        for (String file : List.of("a-1.pom", "a-1.jar", "a-1.jar.sha1", "a-1-linux-x86_64-avx2.jar", "a-1-windows-x86_64-avx2.jar",
                "a-1-macosx-arm64.jar", "_remote.repositories", "a-1.jar.lastUpdated", "maven-metadata-central.xml")) {
            write(repository.resolve("org/a/1").resolve(file), file);
        }
        wheels = folder.resolve("wheels");
        write(wheels.resolve("jjava-1.0-py3-none-any.whl"), "wheel");
        maven = repository.resolve("apache-maven-bin.zip");
        try (OutputStream out = Files.newOutputStream(maven); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("boot/b.jar", "conf/settings.xml")) {
                zip.putNextEntry(new ZipEntry("apache-maven-" + MavenRepository.MAVEN + "/" + name));
                zip.write("theirs".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void theRepositoryHoldsJarsAndPomsOfTheChosenPlatformAlone() throws IOException {
        assertEquals(List.of("a-1-linux-x86_64-avx2.jar", "a-1.jar", "a-1.pom"), packed(order("linux-x86_64", false)).stream()
                .filter(name -> name.startsWith("repository/")).map(name -> name.substring("repository/org/a/1/".length())).toList());
        assertTrue(packed(order("all", false)).containsAll(List.of("repository/org/a/1/a-1-macosx-arm64.jar",
                "repository/org/a/1/a-1-windows-x86_64-avx2.jar")));
    }

    @Test
    void whatIsMadeInTheCheckoutStaysOut() throws IOException {
        assertEquals(List.of("llava4j/.gitignore", "llava4j/.mvn/jvm.config", "llava4j/docs/teaching/answers.md",
                "llava4j/exercises/Handout.java", "llava4j/exercises/pom.xml", "llava4j/exercises/solutions/Patchify.java",
                "llava4j/notebooks/requirements.txt", "llava4j/notebooks/run", "llava4j/pom.xml", "llava4j/tiny-data/world.json"),
                packed(order("linux-x86_64", false)).stream().filter(name -> name.startsWith("llava4j/")).toList());
    }

    @Test
    void aPackForStudentsHasTheHandoutAndNothingForTeachers() throws IOException {
        List<String> names = packed(order("linux-x86_64", true));
        assertEquals(List.of("llava4j/exercises/README.md"),
                names.stream().filter(name -> name.startsWith("llava4j/exercises/")).toList());
        assertFalse(names.toString().contains("answers.md"));
    }

    @Test
    void whatTheHandoutAndTheProjectBothHaveIsPackedOnce() throws IOException {
        assertEquals(1, packed(order("linux-x86_64", true)).stream().filter("llava4j/tiny-data/world.json"::equals).count());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void scriptsMayBeExecutedAfterUnpacking() throws IOException {
        Path zip = zip(order("linux-x86_64", false));
        try (ZipFile file = new ZipFile(zip.toFile())) {
            assertEquals(0100755, file.getEntry(Pack.TOP + "llava4j/notebooks/run").getUnixMode());
            assertEquals(0100644, file.getEntry(Pack.TOP + "llava4j/pom.xml").getUnixMode());
        }
    }

    @Test
    void theMavenOfThePackAsksNoNetwork() throws IOException {
        try (ZipFile file = new ZipFile(zip(order("linux-x86_64", false)).toFile());
                InputStream in = file.getInputStream(file.getEntry(Pack.TOP + "maven/conf/settings.xml"))) {
            String settings = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(settings.contains("<offline>true</offline>"), settings);
            assertEquals(1, Collections.list(file.getEntries()).stream().filter(e -> e.getName().endsWith("settings.xml")).count());
        }
    }

    @Test
    void theSameContentGivesTheSameBytes() throws IOException {
        byte[] first = Files.readAllBytes(zip(order("linux-x86_64", false)));
        Files.setLastModifiedTime(project.resolve("pom.xml"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertEquals(-1, java.util.Arrays.mismatch(first, Files.readAllBytes(zip(order("linux-x86_64", false)))));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatMavenCallsAnErrorIsToldInOneLineAndNoZipIsLeft() throws IOException {
        Path out = folder.resolve("out/class.zip");
        Command failing = new Command("mvn", List.of("sh", "-c", """
                case "$*" in *--version*) exit 0;; esac
                echo "[INFO] building"; echo "[ERROR] Could not resolve a:b:jar:1"; echo "[ERROR] more"; exit 1""", "mvn"));
        UserError error = assertThrows(UserError.class,
                () -> new Bundle(order("linux-x86_64", false), line -> { }, failing, failing).write(out));
        assertEquals(1, error.lines().size());
        assertTrue(error.getMessage().contains("Could not resolve a:b:jar:1"), error.getMessage());
        assertFalse(Files.exists(out.getParent()));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void mavenIsAskedOnceMoreForEachOtherPlatformAndSeesTheUsersRepositoryFirst() throws IOException {
        Path heard = folder.resolve("heard");
        Command writing = new Command("mvn", List.of("sh", "-c", "echo \"$*\" >> '" + heard + "'", "mvn"));
        new MavenRepository(writing, project, folder.resolve("work"), repository, line -> { })
                .record(Platform.named("all"));
        List<String> calls = Files.readAllLines(heard);
        long others = Stream.of(Platform.values()).filter(platform -> !platform.isThisMachine()).count();
        assertEquals(3 + others, calls.size());
        assertEquals(others, calls.stream().filter(call -> call.contains("-Djavacpp.platform=")).count());
        assertTrue(calls.toString().contains("-Pwindows-x86_64,!linux-x86_64 -Djavacpp.platform=windows-x86_64"), calls::toString);
        assertTrue(Files.readString(folder.resolve("work/settings.xml")).contains("<url>" + repository.toUri() + "</url>"));
    }

    @Test
    void aFolderThatIsNotTheProjectIsRefusedBeforeAnythingIsStarted() throws IOException {
        Files.delete(project.resolve("notebooks/requirements.txt"));
        Command never = new Command("mvn", List.of(folder.resolve("no such program").toString()));
        UserError error = assertThrows(UserError.class, () -> new Bundle(order("linux-x86_64", false), line -> { }, never, never)
                .write(folder.resolve("class.zip")));
        assertTrue(error.getMessage().contains("requirements.txt"), error.getMessage());
    }

    @Test
    void aPackIsNotWrittenWhereItWouldPackItself() {
        Command never = new Command("mvn", List.of(folder.resolve("no such program").toString()));
        UserError error = assertThrows(UserError.class, () -> new Bundle(order("linux-x86_64", false), line -> { }, never, never)
                .write(project.resolve("class.zip")));
        assertTrue(error.getMessage().contains("outside"), error.getMessage());
    }

    @Test
    void anUnknownPlatformIsRefusedWithTheNamesThatThereAre() {
        UserError error = assertThrows(UserError.class, () -> Platform.named("solaris"));
        assertTrue(error.getMessage().contains("windows-x86_64"), error.getMessage());
    }

    private Bundle.Order order(String platform, boolean handout) {
        return new Bundle.Order(project, Platform.named(platform), List.of("3.12"), repository, handout);
    }

    private Path zip(Bundle.Order order) throws IOException {
        Path zip = folder.resolve("class.zip");
        new Bundle(order, line -> { }).pack(zip, repository, maven, wheels);
        return zip;
    }

    /** The names in the zip, in order, without the folder that all lie in. */
    private List<String> packed(Bundle.Order order) throws IOException {
        try (ZipFile file = new ZipFile(zip(order).toFile())) {
            List<ZipArchiveEntry> entries = Collections.list(file.getEntries());
            return entries.stream().map(e -> e.getName().substring(Pack.TOP.length())).sorted().toList();
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
