package llava4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.cli.Main;
import llava4j.cli.ReadCommand;
import llava4j.evaluate.Exam;
import llava4j.train.Stop;

/**
 * The command line on a cluster: {@code spark-submit .. llava4j-spark.jar encode|evaluate|train}, with the options that these
 * commands have on one machine, and the same results (docs/scaling.md).
 */
public final class SparkMain {

    private SparkMain() {
    }

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments a command and its options
     */
    public static void main(String[] arguments) {
        int code = run(Path.of("").toAbsolutePath(), arguments);
        if (code != 0 && !Stop.isProcessEnding()) {
            System.exit(code);
        }
    }

    /** Runs one command, given in a folder. */
    static int run(Path folder, String... arguments) {
        Optional<String> mistake = mistake(folder, List.of(arguments));
        if (mistake.isPresent()) {
            System.err.println("llava4j: " + mistake.get());
            return 2;
        }
        try (Cluster cluster = new Cluster(arguments[0])) {
            SparkWorkers workers = new SparkWorkers(cluster, Asked.of(folder, List.of(arguments)));
            if (arguments[0].equals("evaluate")) {
                Exam.leaveTo(workers);
            }
            return Main.command(workers, arguments);
        }
    }

    /** What is right on one machine and cannot be done on several. */
    private static Optional<String> mistake(Path folder, List<String> arguments) {
        if (arguments.isEmpty() || !List.of("encode", "evaluate", "train").contains(arguments.get(0))) {
            return Optional.of("on a cluster there are encode, evaluate and train; all else runs on one machine, with java -jar "
                    + "llava4j.jar");
        }
        Optional<ReadCommand> read = ReadCommand.of(folder, arguments);
        if (!arguments.get(0).equals("train") || read.isEmpty()) {
            return Optional.empty();
        }
        if (read.get().option("--parts").isEmpty()) {
            return Optional.of("--parts N is missing: into how many parts a batch is split belongs to the result; as many as there "
                    + "are executors' cores, or a multiple of it");
        }
        if (read.get().option("--micro-batch").isPresent()) {
            return Optional.of("--micro-batch is for one machine: here more --parts make smaller pieces, which take less memory");
        }
        return read.get().option("--features").isPresent() ? Optional.empty()
                : Optional.of("--features DIR is missing: the folder, seen by all machines, from which they read the pictures' "
                        + "features; what is missing in it is encoded first");
    }
}
