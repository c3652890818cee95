package llava4j.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.show.Charts;
import llava4j.show.Lettering;
import llava4j.show.Series;
import llava4j.train.StepReport;

/**
 * What a run leaves to be read: {@code train-log.csv}, a row for each step; {@code train-log.txt}, what was said; and
 * {@code train-log.png}, the loss as a curve.
 *
 * <p>Rows and lines are appended as steps are done, so that the files can be followed; the picture is replaced now and then.
 * A run that goes on continues them from its step.
 */
public final class TrainingLog implements AutoCloseable {

    private static final long NANOSECONDS_BETWEEN_CHARTS = 30_000_000_000L;
    private static final int SMOOTHED = 20;
    private static final Pattern SAID = Pattern.compile("step (\\d{1,9}): .*");

    private final Path folder;
    private final int stepsAnEpoch;
    private final List<String> notes;
    private final StepLines table;
    private final StepLines text;
    private final List<LogRow> rows = new ArrayList<>();
    private double secondsBefore;
    private long started;
    private long charted;
    private boolean charts = true;

    /**
     * Nothing is written before {@link #start}.
     *
     * @param folder       of the three files
     * @param stepsAnEpoch to tell the epoch
     * @param notes        what is said before the first step
     */
    public TrainingLog(Path folder, int stepsAnEpoch, List<String> notes) {
        this.folder = folder;
        this.stepsAnEpoch = stepsAnEpoch;
        this.notes = notes;
        table = new StepLines(folder.resolve("train-log.csv"), line -> LogRow.of(line).map(row -> OptionalInt.of(row.step()))
                .orElse(OptionalInt.empty()));
        text = new StepLines(folder.resolve("train-log.txt"), line -> {
            Matcher said = SAID.matcher(line);
            return said.matches() ? OptionalInt.of(Integer.parseInt(said.group(1))) : OptionalInt.empty();
        });
    }

    /**
     * Opens the files; what they say of later steps is taken away, and a step that was saved but no more written down is added.
     *
     * @param losses of the steps done before
     * @throws UserError if they cannot be written
     */
    public void start(double[] losses) {
        int step = losses.length;
        table.open(step, List.of(LogRow.HEADER)).forEach(line -> rows.add(LogRow.of(line).orElseThrow()));
        for (int lost = rows.isEmpty() ? 1 : rows.get(rows.size() - 1).step() + 1; lost <= step; lost++) {
            rows.add(LogRow.ofLoss(lost, epoch(lost), losses[lost - 1], rows.isEmpty() ? 0 : rows.get(rows.size() - 1).seconds()));
            table.append(rows.get(rows.size() - 1).line());
        }
        secondsBefore = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).seconds();
        text.open(step, List.of());
        if (step == 0) {
            notes.forEach(note -> say(0, note));
        }
        try {
            Lettering.check();
        } catch (UserError e) {
            charts = false;                 // a training on a server without fonts is worth more than its chart
            say(step, "no chart: " + e.getMessage());
        }
        started = System.nanoTime();
        charted = started;
    }

    /**
     * Writes the row of a step.
     *
     * @param done           the step
     * @param validationLoss on the held-out samples, or NaN where it was not computed
     */
    public void add(StepReport done, double validationLoss) {
        double seconds = secondsBefore + (System.nanoTime() - started) / 1e9;
        LogRow row = new LogRow(done.step(), epoch(done.step()), done.loss(), done.rate(), done.norm(),
                done.tokens() / done.seconds(), validationLoss, seconds);
        table.append(row.line());
        rows.add(row);
        if (done.step() == done.steps() || System.nanoTime() - charted > NANOSECONDS_BETWEEN_CHARTS) {
            chart();
            charted = System.nanoTime();
        }
    }

    /** {@return seconds up to the last step, those before each time that the run was stopped among them} */
    public double seconds() {
        return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).seconds();
    }

    /**
     * Writes a line of text.
     *
     * @param step steps done
     * @param line of which line breaks become blanks
     */
    public void say(int step, String line) {
        text.append(String.format(Locale.ROOT, "step %d: %s", step, line.replaceAll("\\s*\\R\\s*", " ")));
    }

    private int epoch(int step) {
        return (step - 1) / stepsAnEpoch + 1;
    }

    private void chart() {
        if (!charts) {
            return;
        }
        double[] loss = rows.stream().mapToDouble(LogRow::loss).toArray();
        List<Series> curves = new ArrayList<>(List.of(new Series("loss, mean of " + SMOOTHED + " steps",
                Charts.smooth(loss, SMOOTHED))));
        List<LogRow> validated = rows.stream().filter(row -> !Double.isNaN(row.validationLoss())).collect(Collectors.toList());
        if (!validated.isEmpty()) {
            curves.add(new Series("held-out samples", validated.stream().mapToDouble(LogRow::validationLoss).toArray()));
        }
        double[][] steps = {steps(rows), steps(validated)};
        WholeFile.write(folder.resolve("train-log.png"), temporary -> ImageIO.write(
                Charts.lines("loss", "step", "per scored token", steps, curves.toArray(Series[]::new)), "png", temporary.toFile()));
    }

    private static double[] steps(List<LogRow> rows) {
        return rows.stream().mapToDouble(LogRow::step).toArray();
    }

    @Override
    public void close() {
        try (table; text) {
            if (!rows.isEmpty()) {
                chart();
            }
        }
    }
}
