package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import llava4j.bundle.Bundle;
import llava4j.bundle.Platform;
import llava4j.error.UserError;
import llava4j.fetch.Bytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the pack for a class without a network. */
@Command(name = "bundle", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Make a zip for a class without a network: the project, Maven with all that it would download, and the "
                + "notebooks' Python packages. Start it in the project's folder, where there is a network; what was fetched stays "
                + "in target/bundle for the next time.")
final class BundleCommand implements Callable<Integer> {

    private static final Pattern VERSION = Pattern.compile("3\\.\\d{1,2}");

    @Option(names = "--out", required = true, paramLabel = "ZIP", description = "The archive to write.")
    private Path out;

    @Option(names = "--platform", required = true, paramLabel = "NAME",
            description = "Machines of the class: linux-x86_64, windows-x86_64, macosx-x86_64, macosx-arm64, or all.")
    private String platform;

    @Option(names = "--python", split = ",", defaultValue = "3.11,3.12,3.13", paramLabel = "VERSION",
            description = "Versions of Python on these machines (default ${DEFAULT-VALUE}).")
    private List<String> pythons;

    @Option(names = "--no-notebooks", description = "Leave out what the notebooks need of Python.")
    private boolean noNotebooks;

    @Option(names = "--handout",
            description = "The exercises as students get them, without solutions, and without the pages for teachers.")
    private boolean handout;

    @Option(names = "--repository", paramLabel = "DIR",
            description = "Your Maven repository, from which is copied what it holds (default .m2/repository in your home).")
    private Path repository;

    @Override
    public Integer call() {
        Path project = Path.of("");
        List<Platform> platforms = supported(project);
        for (String python : pythons) {
            if (!VERSION.matcher(python).matches()) {
                throw UserError.of("--python %s: give versions such as 3.12", python);
            }
        }
        if (repository != null && !Files.isDirectory(repository)) {
            throw UserError.of("--repository %s: no such folder", repository);
        }
        Path own = repository != null ? repository : Path.of(System.getProperty("user.home"), ".m2", "repository");
        Bundle.Made made = new Bundle(new Bundle.Order(project, platforms, noNotebooks ? List.of() : pythons, own, handout),
                line -> System.err.println("bundle: " + line)).write(out);
        System.out.printf(Locale.ROOT, "%s: %s, %d files; unpacked: Maven's repository %s, Python's packages %s, the rest %s%n", out,
                Bytes.text(out.toFile().length()), made.files(), Bytes.text(made.repository()), Bytes.text(made.wheels()),
                Bytes.text(made.project()));
        return 0;
    }

    /** Those platforms that the POM has native libraries for. */
    private List<Platform> supported(Path project) {
        List<Platform> wanted = Platform.named(platform);
        List<Platform> there = new ArrayList<>(wanted);
        there.removeIf(one -> !Bundle.isBuiltFor(project, one));
        if (there.isEmpty()) {
            throw UserError.of("--platform %s: pom.xml has no profile for it, so there are no native libraries to pack "
                    + "(docs/dependencies.md, Natives)", platform);
        }
        wanted.stream().filter(one -> !there.contains(one)).forEach(one -> System.err.println("bundle: " + one
                + " is left out: pom.xml has no profile for it"));
        return there;
    }
}
