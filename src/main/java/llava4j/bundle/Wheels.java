package llava4j.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * The notebooks' Python packages, the Java kernel among them, and JupyterLab, as wheels for one platform and some versions of Python.
 *
 * <p>What one would get wrong: pip chooses wheels for the platform that it is told, but judges conditions such as "on Windows alone"
 * by the machine that it runs on. So what the other systems need besides is named ({@link Platform#ownWheels}).
 */
final class Wheels {

    /** Only older Pythons than the one at work may need these; each is small. */
    private static final List<String> FOR_OLDER_PYTHONS = List.of("typing_extensions", "exceptiongroup", "tomli");
    private static final Pattern FETCHED = Pattern.compile("Saved .*?([^/\\\\]+\\.whl)");

    private final Command pip;
    private final Path requirements;
    private final Path folder;
    private final Consumer<String> progress;

    /**
     * Fetches nothing yet.
     *
     * @param pip          that of the user's Python
     * @param requirements the notebooks' list
     * @param folder       where the wheels go
     * @param progress     told in words what is done
     */
    Wheels(Command pip, Path requirements, Path folder, Consumer<String> progress) {
        this.pip = pip;
        this.requirements = requirements.toAbsolutePath();
        this.folder = folder.toAbsolutePath();
        this.progress = progress;
    }

    /**
     * Downloads what is not there yet.
     *
     * @param python such as 3.12
     * @throws UserError if pip fails, with what it says
     */
    void download(Platform platform, String python) {
        progress.accept("Python packages for " + platform + ", Python " + python);
        List<String> arguments = new ArrayList<>(List.of("download", "--disable-pip-version-check", "--progress-bar", "off",
                "--only-binary=:all:", "--implementation", "cp", "--python-version", python, "--dest", folder.toString(),
                "--find-links", folder.toString()));
        platform.wheelTags().forEach(tag -> arguments.addAll(List.of("--platform", tag)));
        arguments.addAll(List.of("-r", requirements.toString(), "jupyterlab", "pip"));
        arguments.addAll(platform.ownWheels());
        arguments.addAll(FOR_OLDER_PYTHONS);
        int[] files = {0};
        pip.run(folder.getParent(), line -> {
            Matcher fetched = FETCHED.matcher(line);
            if (fetched.find() && ++files[0] % 20 == 0) {
                progress.accept(files[0] + " packages, now " + fetched.group(1));
            }
        }, arguments.toArray(String[]::new));
    }
}
