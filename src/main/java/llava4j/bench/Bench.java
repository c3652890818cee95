package llava4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import llava4j.error.UserError;
import llava4j.execution.Threads;

/**
 * Times the tasks, and beside them those of the other implementation, in alternation: what disturbs the machine disturbs
 * both.
 *
 * <p>A comparison of speed is worth something only if both sides compute the same. So the loss of every training step is
 * compared, and the decoded tokens; the first difference beyond {@link #LOSS_TOLERANCE} stops the comparison.
 */
public final class Bench {

    /** How far the two losses of the first step may lie apart. */
    public static final double LOSS_TOLERANCE = 1e-4;

    /**
     * What to measure.
     *
     * @param size    the model and its batches
     * @param tasks   which
     * @param rounds  times each side is asked, after some to warm up: three seconds, at most fifty times
     * @param recipe  steps of each stage that are run of the whole recipe, and then scaled to all
     * @param python  interpreter of the other side, or {@code null} for no comparison
     * @param gguf    a model of this size's shape in llama.cpp's format, for {@link Task#DECODE_LLAMA_CPP}, or {@code null}
     * @param profile whether the time of each kind of operation is measured too
     * @param float32 whether a decoder that the size keeps in bfloat16 is widened on both sides before anything begins
     * @param seed    of weights and data, the same for both sides
     */
    public record Settings(BenchSize size, Set<Task> tasks, int rounds, int recipe, String python, Path gguf,
                           boolean profile, boolean float32, long seed) {

        BenchSize.Batches batches() {
            return float32 ? size.batches().float32() : size.batches();
        }
    }

    /**
     * One line of the table.
     *
     * @param task           what was timed
     * @param ours           times of this implementation
     * @param peer           times of the other; {@code null} without a comparison
     * @param loss           our loss of the first step; not a number where nothing is trained
     * @param lossDifference of the first step; not a number where nothing is trained
     * @param lastDifference of the last step: small differences grow while both sides train
     * @param sameTokens     share of decoded tokens that are equal; not a number where nothing is decoded
     * @param residentMb     memory of this process after the task
     * @param peerResidentMb of the other
     */
    public record Line(Task task, Times ours, Times peer, double loss, double lossDifference, double lastDifference,
                       double sameTokens, double residentMb, double peerResidentMb) {

        /** {@return our median time / the peer's: below 1 is faster} */
        public double ratio() {
            return ours.median() / peer.median();
        }

        /** {@return our resident memory / the peer's: below 1 is less} */
        public double memoryRatio() {
            return residentMb / peerResidentMb;
        }
    }

    /**
     * All that was measured.
     *
     * @param settings what was measured
     * @param peer     its versions, empty without a comparison
     * @param lines    one for each task
     * @param profiles of the tasks that have one
     * @param limits   seconds that each task takes at least on this machine ({@link Limit}); empty on a GPU
     * @param reading  what a decoded token has to read, and how fast this machine reads; {@code null} where none is decoded
     */
    public record Result(Settings settings, String peer, List<Line> lines, Map<Task, List<OpProfile.Line>> profiles,
                         Map<Task, Double> limits, Reading reading) {
    }

    /**
     * The bound of decoding: every weight is read once for each token.
     *
     * @param bytesToken     that a token reads
     * @param bytesPerSecond that this machine's memory gives to all its processors together
     */
    public record Reading(long bytesToken, double bytesPerSecond) {

        /** {@return seconds that a token takes at least} */
        public double seconds() {
            return bytesToken / bytesPerSecond;
        }
    }

    private static final int RECIPE_ROUNDS = 2;
    private static final int PROFILED_RUNS = 10;
    private static final int MOST_WARM_UP = 50;
    private static final double WARM_UP_SECONDS = 3;

    private final Settings settings;
    private final Consumer<String> say;

    /**
     * Prepares a comparison; nothing is measured before {@link #run}.
     *
     * @param settings what to measure
     * @param say      is told what happens
     */
    public Bench(Settings settings, Consumer<String> say) {
        this.settings = settings;
        this.say = say;
    }

    /**
     * Measures.
     *
     * @return a line for each task, in the order of {@link Task}
     * @throws UserError if the other side cannot be run, or computes another loss
     */
    public Result run() {
        BenchSize size = settings.size();
        Workload work = new Workload(size.config(), settings.batches(), settings.seed());
        Shortened recipe = Shortened.of(size, settings.recipe());
        if (settings.python() == null) {
            return measure(work, recipe, null);
        }
        Path folder = temporary();
        try (Peer peer = new Peer(work, recipe, settings.batches().answers(), settings.python(), settings.gguf(), folder)) {
            return measure(work, recipe, peer);
        } finally {
            delete(folder);
        }
    }

    private Result measure(Workload work, Shortened recipe, Peer peer) {
        OurSide ours = new OurSide(work, recipe, settings.batches().answers());
        List<Line> lines = new ArrayList<>();
        TimeLeft left = new TimeLeft(settings.tasks().stream().mapToDouble(task -> (1 + rounds(task)) * work(task)).sum());
        for (Task task : settings.tasks()) {
            say.accept(task + ": " + task.description());
            lines.add(line(task, ours, peer, left));
        }
        Map<Task, List<OpProfile.Line>> profiles = new EnumMap<>(Task.class);
        if (settings.profile()) {
            for (Task task : List.of(Task.STAGE2_STEP, Task.STAGE1_STEP, Task.ENCODE, Task.PREFILL, Task.DECODE_TOKEN)) {
                if (settings.tasks().contains(task)) {
                    say.accept("profile of " + task);
                    profiles.put(task, ours.profile(task, PROFILED_RUNS));
                }
            }
        }
        Map<Task, Double> limits = new EnumMap<>(Task.class);
        Reading reading = null;
        if (Threads.onCpu()) {
            Limit limit = Limit.measured();
            settings.tasks().forEach(task -> limits.put(task, limit.seconds(task, work, recipe)));
            reading = settings.tasks().contains(Task.DECODE_TOKEN)
                    ? new Reading(work.bytesToken(), limit.bytesPerSecond()) : null;
        }
        return new Result(settings, peer == null ? "" : peer.versions().toString(), lines, profiles, limits, reading);
    }

    /** One round's work, roughly, in steps of stage 2: for the time that is left. */
    private double work(Task task) {
        return task == Task.RECIPE ? 1.5 * settings.recipe() : 1;
    }

    private int rounds(Task task) {
        return task == Task.RECIPE ? Math.min(RECIPE_ROUNDS, settings.rounds()) : settings.rounds();
    }

    /** Rounds that are not counted, of so many seconds each: Java's compiler waits until it has seen what is worth its while. */
    static int warmUp(double seconds) {
        return (int) Math.min(MOST_WARM_UP, WARM_UP_SECONDS / seconds);
    }

    private Line line(Task task, OurSide ours, Peer peer, TimeLeft left) {
        int repeats = task == Task.ENCODE || task == Task.ENCODE_ONE || task == Task.PREFILL ? 3 : 1;
        Side.Sample mine = ours.run(task, repeats);
        Side.Sample theirs = peer == null ? null : peer.run(task, repeats);
        double loss = mine.losses().length == 0 ? Double.NaN : mine.losses()[0];
        double difference = theirs == null ? Double.NaN : difference(mine, theirs, 0);
        double last = theirs == null ? Double.NaN : difference(mine, theirs, mine.losses().length - 1);
        if (difference > LOSS_TOLERANCE) {
            throw UserError.of("%s: the loss is %.6f here and %.6f on the Python side: the two do not compute the same, "
                    + "so their times cannot be compared", task, loss, theirs.losses()[0]);
        }
        int uncounted = task == Task.RECIPE ? 0 : warmUp(Arrays.stream(mine.seconds()).sum());
        for (int round = 0; round < uncounted; round++) {
            mine = ours.run(task, repeats);
            theirs = peer == null ? null : peer.run(task, repeats);
        }
        double[] our = {};
        double[] their = {};
        for (int round = 0; round < rounds(task); round++) {
            left.done(work(task)).ifPresent(time -> say.accept("  " + time));
            mine = ours.run(task, repeats);
            our = Times.joined(our, mine.seconds());
            if (peer != null) {
                theirs = peer.run(task, repeats);
                their = Times.joined(their, theirs.seconds());
            }
        }
        left.done(work(task)).ifPresent(time -> say.accept("  " + time));
        if (theirs != null && task.stage() != null) {
            last = difference(mine, theirs, mine.losses().length - 1);
        }
        return new Line(task, Times.of(our), theirs == null ? null : Times.of(their), loss, difference, last,
                theirs == null || mine.tokens().length == 0 || theirs.tokens().length == 0 ? Double.NaN : equal(mine.tokens(), theirs.tokens()),
                mine.residentMb(), theirs == null ? Double.NaN : theirs.residentMb());
    }

    /** Between both sides' losses of one step; not a number where there are none; infinite where one is not a number. */
    private static double difference(Side.Sample mine, Side.Sample theirs, int step) {
        if (mine.losses().length == 0) {
            return Double.NaN;
        }
        double difference = Math.abs(mine.losses()[step] - theirs.losses()[step]);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    private static double equal(int[] mine, int[] theirs) {
        int same = 0;
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            same += mine[i] == theirs[i] ? 1 : 0;
        }
        return (double) same / Math.max(mine.length, theirs.length);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("llava4j-bench");
        } catch (IOException e) {
            throw new UserError("no temporary folder can be made (" + e.getMessage() + "): set -Djava.io.tmpdir", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UserError(folder + ": cannot be deleted: " + e.getMessage(), e);
        }
    }
}
