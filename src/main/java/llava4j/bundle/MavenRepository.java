package llava4j.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;

/**
 * A repository of all that Maven asks for when it builds, tests and runs this project, and nothing else.
 *
 * <p>What Maven asks for is known once it has asked: so a build is recorded into an empty repository. A build of stand-ins is enough,
 * an empty class and an empty test under the project's own POM, since which plugins and libraries are fetched does not depend on
 * what they work on. What the user's own repository holds is copied from there; only the rest comes over the network. For another
 * platform the libraries are resolved once more, under the profile that is active there. What one would get wrong:
 * {@code dependency:go-offline} does not know what plugins fetch while they run, such as Surefire's provider for JUnit.
 */
final class MavenRepository {

    /** Comes with the pack, so that nobody needs to install it. */
    static final String MAVEN = "3.9.11";

    private static final Pattern FETCHED = Pattern.compile("Downloaded from [^:]+: \\S*/([^/\\s]+\\.(?:jar|zip)) .*");
    private static final Pattern PROFILE = Pattern.compile("<id>([\\w-]+)</id>");
    private static final String STAND_IN = """
            /** A class to build. */
            public final class StandIn {
                private StandIn() {
                }

                /**
                 * Does nothing.
                 *
                 * @param arguments none
                 */
                public static void main(String[] arguments) {
                }
            }
            """;
    private static final String STAND_IN_TEST = """
            class StandInTest {
                @org.junit.jupiter.api.Test
                void passes() {
                }
            }
            """;

    private final Command maven;
    private final Path project;
    private final Path work;
    private final Path own;
    private final Consumer<String> progress;

    /**
     * A repository that may have been begun by an earlier run.
     *
     * @param maven    the user's
     * @param project  folder of the project
     * @param work     folder for it and for the stand-ins
     * @param own      the user's own repository, copied from where it has a file
     * @param progress told in words what is done
     */
    MavenRepository(Command maven, Path project, Path work, Path own, Consumer<String> progress) {
        this.maven = maven;
        this.project = project.toAbsolutePath();
        this.work = work.toAbsolutePath();
        this.own = own.toAbsolutePath();
        this.progress = progress;
    }

    /** {@return the folder of the repository} */
    Path folder() {
        return work.resolve("repository");
    }

    /** {@return the archive of Maven itself, which Maven's own repository holds} */
    Path mavenArchive() {
        return folder().resolve("org/apache/maven/apache-maven/" + MAVEN + "/apache-maven-" + MAVEN + "-bin.zip");
    }

    /**
     * Records what is needed on some platforms.
     *
     * @throws UserError   if Maven fails, with what it says
     * @throws IOException if a stand-in cannot be written
     */
    void record(List<Platform> platforms) throws IOException {
        Path main = standIn("main", project.resolve("pom.xml"), "src/main/java", "src/test/java");
        Path exercises = standIn("exercises", project.resolve("exercises/pom.xml"), "harness/java", "harness/check");
        settings();
        progress.accept("Maven " + MAVEN + " itself");
        run(main, "dependency:get", "-Dtransitive=false", "-Dartifact=org.apache.maven:apache-maven:" + MAVEN + ":zip:bin");
        progress.accept("what the project's build and tests fetch");
        run(main, "clean", "verify", "exec:java", "-Dexec.mainClass=StandIn", "-Dmdep.skip=true");
        progress.accept("what the exercises' build and tests fetch");
        run(exercises, "test", "-DskipTests=false", "-Dmain=StandIn");
        String pom = Files.readString(project.resolve("pom.xml"));
        for (Platform platform : platforms) {
            if (!platform.isThisMachine()) {
                progress.accept("libraries for " + platform);
                // The POM's own profile for that platform, JavaCPP's way to ask for another one, and a POM of ND4J asks for os.arch
                run(main, "-P" + platform + others(platform, pom), "-Djavacpp.platform=" + platform,
                        "-Dos.arch=" + platform.processor(), "dependency:resolve");
            }
        }
    }

    /** Switches the profiles of all other platforms off, since this machine's is on by itself. */
    private static String others(Platform platform, String pom) {
        return PROFILE.matcher(pom).results().map(found -> found.group(1))
                .filter(id -> Platform.isForOthers(id, List.of(platform))).map(id -> ",!" + id).collect(Collectors.joining());
    }

    /** A project with the POM of a real one, and a class and a test that do nothing. */
    private Path standIn(String name, Path pom, String sources, String tests) throws IOException {
        Path folder = work.resolve("stand-in").resolve(name);
        WholeFile.write(folder.resolve("pom.xml"), Files.readString(pom));
        WholeFile.write(folder.resolve(sources).resolve("StandIn.java"), STAND_IN);
        WholeFile.write(folder.resolve(tests).resolve("StandInTest.java"), STAND_IN_TEST);
        return folder;
    }

    /** The user's own repository is asked first, as if it were one on the network. */
    private void settings() {
        String place = "<id>own</id><url>" + own.toUri() + "</url><releases><checksumPolicy>ignore</checksumPolicy></releases>"
                + "<snapshots><enabled>false</enabled></snapshots>";
        WholeFile.write(work.resolve("settings.xml"), "<settings><profiles><profile><id>own</id>"
                + "<repositories><repository>" + place + "</repository></repositories>"
                + "<pluginRepositories><pluginRepository>" + place + "</pluginRepository></pluginRepositories>"
                + "</profile></profiles><activeProfiles><activeProfile>own</activeProfile></activeProfiles></settings>\n");
    }

    private void run(Path folder, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-B", "-gs", work.resolve("settings.xml").toString(),
                "-Dmaven.repo.local=" + folder()));
        all.addAll(List.of(arguments));
        int[] files = {0};
        maven.run(folder, line -> {
            Matcher fetched = FETCHED.matcher(line);
            if (fetched.find() && ++files[0] % 50 == 0) {
                progress.accept(files[0] + " files, now " + fetched.group(1));
            }
        }, all.toArray(String[]::new));
    }
}
