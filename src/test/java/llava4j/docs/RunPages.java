package llava4j.docs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the commands of all pages, in their order, in a copy of the repository that holds nothing else: what works here
 * works in a clean clone.
 *
 * <p>{@code java -cp target/test-classes llava4j.docs.RunPages [PAGE ...]}; needs git and bash, on Windows that of Git. A
 * block that an earlier page had is not run again. The first one that fails ends the run, with its output and the line of
 * the page.
 */
final class RunPages {

    private static final Path COPY = Path.of("target/pages");
    private static final File OUTPUT = new File("target/pages-output.txt");
    private static final int LONGEST_SECONDS = 1800;
    private static final int NOT_DONE = 124;
    private static final int LINES_SHOWN = 30;

    private RunPages() {
    }

    public static void main(String[] names) throws IOException, InterruptedException {
        copyRepository();
        Set<String> seen = new HashSet<>();
        int run = 0;
        int notRun = 0;
        long begin = System.nanoTime();
        for (Page page : Page.all()) {
            if (names.length > 0 && !List.of(names).contains(page.file().toString())) {
                continue;
            }
            for (Page.Block block : page.blocks()) {
                Commands commands = new Commands(page, block);
                if (!block.language().equals("sh") || !seen.add(withoutComments(block.lines()))) {
                    continue;
                }
                if (commands.reason().isPresent()) {
                    System.out.printf("not run         %s: %s%n", commands, commands.reason().get());
                    notRun++;
                    continue;
                }
                long start = System.nanoTime();
                int exit = shell(commands.script(), page.file().toString());
                System.out.printf(Locale.ROOT, "%s %6.1f s  %s: %s%n", exit == 0 ? "ok    " : "FAILED", seconds(start),
                        commands, block.lines().get(0));
                if (exit != 0) {
                    List<String> printed = Files.readAllLines(OUTPUT.toPath());
                    printed.subList(Math.max(0, printed.size() - LINES_SHOWN), printed.size())
                            .forEach(System.out::println);
                    // The shell names the line itself, unless it was ended from outside
                    System.out.println(exit == NOT_DONE ? "not done after " + LONGEST_SECONDS + " s" : "exit " + exit);
                    System.exit(1);
                }
                run++;
            }
        }
        System.out.printf(Locale.ROOT, "%d blocks run in %.0f s, %d not run%n", run, seconds(begin), notRun);
    }

    private static void copyRepository() throws IOException, InterruptedException {
        // Files that git knows or would know, so that a page can be tried before it is committed
        String copy = "rm -rf $0 && mkdir -p $0 && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' "
                + "file; do [ ! -f \"$file\" ] || echo \"$file\"; done | tar -c -T - | tar -x -C $0";
        Process process = new ProcessBuilder("bash", "-c", copy, unixLike(COPY)).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("the repository could not be copied to " + COPY);
        }
    }

    private static int shell(String script, String page) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script, page)
                .directory(COPY.toFile()).redirectErrorStream(true).redirectOutput(OUTPUT).start();
        process.getOutputStream().close();
        if (process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return NOT_DONE;
    }

    private static String unixLike(Path path) {
        return path.toString().replace('\\', '/');
    }

    private static String withoutComments(List<String> lines) {
        return String.join("\n", lines).replaceAll("\\s+#.*", "");
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
