package llava4j.bundle;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * A program of the system, Maven or pip, whose lines are followed as it works.
 *
 * @param name    as a user calls it
 * @param program how it begins: its file, and options that it always has
 */
record Command(String name, List<String> program) {

    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final Pattern FAULT = Pattern.compile("(?:\\[ERROR\\]|ERROR:) .+");

    /** Maven as the user has it. */
    static Command maven() {
        return new Command("mvn", List.of(WINDOWS ? "mvn.cmd" : "mvn"));
    }

    /** pip as the user has it. */
    static Command pip() {
        String python = WINDOWS ? "python" : "python3";
        return new Command(python + " -m pip", List.of(python, "-m", "pip"));
    }

    /**
     * Looks whether it is there, before anything is done with it.
     *
     * @param otherwise what to do where it is not
     * @throws UserError if it cannot be started, or fails at once
     */
    void require(String otherwise) {
        try {
            run(Path.of("").toAbsolutePath(), line -> { }, "--version");
        } catch (UserError e) {
            throw UserError.of("%s: cannot be run: %s", name, otherwise);
        }
    }

    /**
     * Runs it to its end.
     *
     * @param folder    where it runs
     * @param lines     hears each line it prints
     * @param arguments besides those it always has
     * @throws UserError if it cannot be started, or fails: with the first line that it calls an error
     */
    void run(Path folder, Consumer<String> lines, String... arguments) {
        List<String> call = new ArrayList<>(program);
        call.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(call).directory(folder.toFile()).redirectErrorStream(true);
        Optional<String> fault = Optional.empty();
        String last = "";
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Thread ending = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(ending);
            try (BufferedReader reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (fault.isEmpty() && FAULT.matcher(line).matches()) {
                        fault = Optional.of(line);
                    }
                    last = line.isBlank() ? last : line;
                    lines.accept(line);
                }
                if (process.waitFor() != 0) {
                    throw UserError.of("%s %s: %s", name, arguments[arguments.length - 1],
                            fault.orElse(last).replaceFirst("^(\\[ERROR\\]|ERROR:) ", ""));
                }
            } finally {
                forget(ending);
            }
        } catch (IOException e) {
            throw new UserError(name + ": cannot be run (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError(name + ": interrupted", e);
        }
    }

    private static void forget(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException e) {
            // this process is ending: the hook runs
        }
    }
}
