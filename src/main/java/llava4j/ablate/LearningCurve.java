package llava4j.ablate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.train.StepReport;
import llava4j.train.TrainingListener;

/**
 * Looks at a model every few steps while it is trained, and keeps what it saw in a file, so that a run that was stopped goes on
 * with its curve.
 */
final class LearningCurve implements TrainingListener {

    private final Path file;
    private final int every;
    private final TrainingListener progress;
    private final DoubleSupplier score;
    private final TreeMap<Integer, Double> points = new TreeMap<>();
    private double seconds;
    private int steps;

    /**
     * @param file     of the points seen so far, a step and a score a line
     * @param every    steps between two looks
     * @param progress is told of each step too
     * @param score    of the model as it is now, in [0, 1]
     */
    LearningCurve(Path file, int every, TrainingListener progress, DoubleSupplier score) {
        this.file = file;
        this.every = every;
        this.progress = progress;
        this.score = score;
    }

    /** Points of steps that are not done any more, since the saved state is older, are taken anew. */
    @Override
    public void onStart(double[] losses) {
        progress.onStart(losses);
        if (Files.isRegularFile(file)) {
            for (String line : lines()) {
                String[] point = line.split(" ");
                if (Integer.parseInt(point[0]) <= losses.length) {
                    points.put(Integer.parseInt(point[0]), Double.parseDouble(point[1]));
                }
            }
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void onStep(StepReport done) {
        progress.onStep(done);
        seconds += done.seconds();
        steps++;
        if (done.step() % every == 0) {
            points.put(done.step(), score.getAsDouble());
            StringBuilder text = new StringBuilder();
            points.forEach((step, accuracy) -> text.append(step).append(' ').append(accuracy).append('\n'));
            WholeFile.write(file, text.toString());
        }
    }

    @Override
    public void onStep(int step, int steps, double loss, int tokens) {
        throw new UnsupportedOperationException("it is told of whole reports");
    }

    /** The first look at which the score was reached. */
    OptionalInt stepsTo(double wanted) {
        return points.entrySet().stream().filter(point -> point.getValue() >= wanted).mapToInt(java.util.Map.Entry::getKey)
                .findFirst();
    }

    /** What a step took on average, of those that were done since the run began or went on; the looks do not count. */
    OptionalDouble millisecondsOfStep() {
        return steps == 0 ? OptionalDouble.empty() : OptionalDouble.of(1000 * seconds / steps);
    }

    /** The file is needed no more. */
    void forget() {
        Alignment.delete(file);
    }
}
