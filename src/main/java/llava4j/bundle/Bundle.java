package llava4j.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.fetch.Bytes;

/**
 * Makes the pack for a class without a network: the project, Maven with a repository of all that it will ask for, and the wheels of
 * the notebooks.
 *
 * <p>What is downloaded stays in a work folder, so that a second pack, or one that was interrupted, does not fetch it again. The
 * zip itself is there whole or not at all.
 */
public final class Bundle {

    /** Of no use in a repository that is only read: notes of where a file came from, and checksums that were compared already. */
    private static final Set<String> NEEDED = Set.of("jar", "pom");

    private static final String REQUIREMENTS = "notebooks/requirements.txt";

    private final Order order;
    private final Consumer<String> progress;
    private final Command maven;
    private final Command pip;

    /**
     * What is wanted.
     *
     * @param project    folder of the project
     * @param platforms  that the class has
     * @param pythons    versions of Python that the class has, such as 3.12; none leaves the notebooks' packages out
     * @param repository the user's own Maven repository; what it holds is copied, not downloaded
     * @param handout    whether the exercises are as students get them, without solutions
     */
    public record Order(Path project, List<Platform> platforms, List<String> pythons, Path repository, boolean handout) {
    }

    /**
     * What was made.
     *
     * @param files      in the zip
     * @param repository size of Maven's files in it, in bytes
     * @param wheels     size of Python's
     * @param project    size of all else
     */
    public record Made(int files, long repository, long wheels, long project) {
    }

    /**
     * Makes nothing yet.
     *
     * @param order    what is wanted
     * @param progress told in words what is done
     */
    public Bundle(Order order, Consumer<String> progress) {
        this(order, progress, Command.maven(), Command.pip());
    }

    Bundle(Order order, Consumer<String> progress, Command maven, Command pip) {
        this.order = order;
        this.progress = progress;
        this.maven = maven;
        this.pip = pip;
    }

    /**
     * {@return whether the project's POM names native libraries for a platform}
     *
     * @param project  its folder
     * @param platform one of the class
     * @throws UserError if there is no POM
     */
    public static boolean isBuiltFor(Path project, Platform platform) {
        try {
            return Files.readString(project.resolve("pom.xml")).contains("<natives>" + platform + "</natives>");
        } catch (IOException e) {
            throw UserError.of("%s: is not there: start bundle in the project's folder", project.resolve("pom.xml"));
        }
    }

    /**
     * Looks for all mistakes first, then downloads what is missing, and writes the zip.
     *
     * @param out its place
     * @return what is in it
     * @throws UserError if this is no folder of the project, a program is missing or fails, or the place cannot be written
     */
    public Made write(Path out) {
        try {
            check(out);
            Path work = order.project().resolve("target/bundle");
            MavenRepository repository = new MavenRepository(maven, order.project(), work, order.repository(), progress);
            repository.record(order.platforms());
            Path packages = work.resolve("wheels-" + names("-") + "-" + String.join("-", order.pythons()));
            Wheels wheels = new Wheels(pip, order.project().resolve(REQUIREMENTS), packages, progress);
            for (Platform platform : order.platforms()) {
                order.pythons().forEach(python -> wheels.download(platform, python));
            }
            Made[] made = {null};
            WholeFile.write(out, file -> made[0] = pack(file, repository.folder(), repository.mavenArchive(), packages));
            return made[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(Path out) throws IOException {
        WholeFile.requirePlace(out);
        for (String needed : List.of("pom.xml", "exercises/pom.xml", REQUIREMENTS, "tiny-data")) {
            if (!Files.exists(order.project().resolve(needed))) {
                throw UserError.of("%s: is not there: start bundle in the project's folder", order.project().resolve(needed));
            }
        }
        if (new SourceTree(order.project()).holds(out)) {
            throw UserError.of("%s: lies in the project and would be packed with it: choose a place outside, or in target", out);
        }
        maven.require("install Maven 3.6.3 or newer");
        if (!order.pythons().isEmpty()) {
            pip.require("install Python with pip, or leave the notebooks' packages out by --no-notebooks");
        }
    }

    /** Writes the zip of what lies there. */
    Made pack(Path file, Path repository, Path mavenArchive, Path wheels) throws IOException {
        try (Pack pack = new Pack(file)) {
            pack.add("README.md", readme());
            String top = "apache-maven-" + MavenRepository.MAVEN + "/";
            pack.addAll("maven/", mavenArchive, top, Set.of("conf/settings.xml"));
            pack.add("maven/conf/settings.xml", resource("settings.xml"));
            long forMaven = addAll(pack, "repository/", repository, filesIn(repository).filter(this::isNeeded).toList());
            long forPython = order.pythons().isEmpty() ? 0 : addAll(pack, "wheels/", wheels, filesIn(wheels).toList());
            addAll(pack, "llava4j/", order.project(), new SourceTree(order.project()).files().stream()
                    .filter(f -> !order.handout() || !isTeachers(order.project().relativize(f))).toList());
            if (order.handout()) {
                Path handout = handout();
                // The handout's model for the capstone is among the project's files already
                addAll(pack, "llava4j/", handout, filesIn(handout.resolve("exercises")).toList());
            }
            return new Made(pack.files(), forMaven, forPython, pack.bytes() - forMaven - forPython);
        }
    }

    private long addAll(Pack pack, String name, Path folder, List<Path> files) throws IOException {
        long before = pack.bytes();
        progress.accept("copying " + name + ": " + files.size() + " files");
        for (Path file : files) {
            pack.add(name + folder.relativize(file).toString().replace('\\', '/'), file);
        }
        progress.accept("copied " + Bytes.text(pack.bytes() - before));
        return pack.bytes() - before;
    }

    private boolean isNeeded(Path file) {
        String name = file.getFileName().toString();
        return NEEDED.contains(name.substring(name.lastIndexOf('.') + 1)) && !Platform.isForOthers(name, order.platforms());
    }

    private static boolean isTeachers(Path file) {
        return file.startsWith("exercises") || file.startsWith(Path.of("docs", "teaching"));
    }

    /** The exercises without solutions, by the program that knows what students get. */
    private Path handout() throws IOException {
        Path out = order.project().resolve("target/bundle/handout").toAbsolutePath();
        if (Files.exists(out)) {
            try (Stream<Path> old = Files.walk(out)) {
                for (Path path : old.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
        new Command("java", List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()))
                .run(order.project().toAbsolutePath(), line -> { }, "exercises/Handout.java", "--out", out.toString());
        return out;
    }

    private static Stream<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    private String readme() throws IOException {
        return resource("README.md").replace("{{platforms}}", names(", ")).replace("{{maven}}", MavenRepository.MAVEN)
                .replace("{{pythons}}", order.pythons().isEmpty() ? "(left out of this pack)" : String.join(", ", order.pythons()));
    }

    private String names(String between) {
        return order.platforms().stream().map(Platform::toString).collect(Collectors.joining(between));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Bundle.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
