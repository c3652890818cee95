package llava4j.ablate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import llava4j.execution.NativeMemory;
import llava4j.train.TrainingListener;

/**
 * Runs a table of the paper, row by row and seed by seed. Each finished run leaves a file; a run that was killed goes on
 * from its last saved step.
 */
public final class Ablation {

    /**
     * Where the parts lie, and how long everything is trained.
     *
     * @param data        the tiny world: {@code train}, {@code held-out}, {@code pretrained}
     * @param out         folder for models, states and outcomes
     * @param seeds       the table is run once with each
     * @param readingSteps of reading problems in words, where a row's decoder does that first
     * @param stage1Steps steps of stage 1
     * @param stage2Steps steps of stage 2
     * @param resume      whether outcomes of earlier runs in {@code out} are kept
     */
    public record Settings(Path data, Path out, List<Long> seeds, int readingSteps, int stage1Steps,
                           int stage2Steps, boolean resume) {
    }

    private final Settings settings;
    private final PaperTable table;
    private final Alignment alignment;

    Ablation(PaperTable table, Alignment alignment, Settings settings) {
        this.table = table;
        this.alignment = alignment;
        this.settings = settings;
        if (!settings.resume()) {
            settings.seeds().forEach(seed -> table.rows().forEach(row -> {
                Alignment.delete(file(row, seed));
                Alignment.delete(table.state(row, seed));
            }));
        }
    }

    /**
     * A table of the paper. Without {@code resume} the results of earlier runs in {@code out} are removed.
     *
     * @param number   4, 5 or 8
     * @param settings where the parts lie, how long everything is trained, and with which seeds
     * @return the table, ready to run; nothing is trained yet
     * @throws IllegalArgumentException for another table
     */
    public static Ablation of(int number, Settings settings) {
        Alignment alignment = new Alignment(settings.data(), settings.out(), settings.readingSteps(),
                settings.stage1Steps());
        return new Ablation(switch (number) {
            case 4 -> new InstructionMix(settings.data(), settings.out(), settings.stage2Steps(), alignment);
            case 5 -> new ConnectorChoice(settings.data(), settings.out(), settings.stage2Steps(), alignment);
            case 8 -> new DesignChoice(settings.data(), settings.out(), settings.stage2Steps(), alignment);
            default -> throw new IllegalArgumentException("no table " + number);
        }, alignment, settings);
    }

    /**
     * {@return steps still to be done, of stage 1 and after it}
     *
     * @throws llava4j.error.UserError if a finished run has other steps
     */
    public int stepsLeft() {
        int steps = 0;
        Map<Long, List<Beginning>> beginnings = new HashMap<>();
        for (long seed : settings.seeds()) {
            List<Row> left = table.rows().stream().filter(row -> finished(row, seed).isEmpty())
                    .collect(Collectors.toList());
            steps += left.stream().mapToInt(table::steps).sum();
            beginnings.put(seed, left.stream().map(table::beginning).collect(Collectors.toList()));
        }
        return steps + alignment.stepsLeft(beginnings);
    }

    /**
     * {@return the number of runs still to be done}
     *
     * @throws llava4j.error.UserError if a finished one has other steps
     */
    public int runsLeft() {
        return (int) settings.seeds().stream().flatMap(seed -> table.rows().stream()
                .filter(row -> finished(row, seed).isEmpty())).count();
    }

    /**
     * Does what is left.
     *
     * @param say      is told of each run that begins or has ended
     * @param progress is told of each step of each training
     * @return the whole table: outcomes of earlier runs and of these
     */
    public Comparison run(Consumer<String> say, TrainingListener progress) {
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : settings.seeds()) {
            for (Row row : table.rows()) {
                Optional<Outcome> before = finished(row, seed);
                if (before.isPresent()) {
                    outcomes.add(before.get());
                    continue;
                }
                say.accept("seed " + seed + ", " + row.name());
                long started = System.nanoTime();
                Map<String, Double> values = table.run(row, seed, progress);
                Outcome outcome = new Outcome(table.number(), row.key(), seed, steps(row),
                        (System.nanoTime() - started) / 1e9, values);
                outcome.write(file(row, seed));
                Alignment.delete(table.state(row, seed));
                NativeMemory.release();
                say.accept(String.format(Locale.ROOT, "seed %d, %s: %.1f in %.0f s", seed, row.name(),
                        outcome.values().get(PaperTable.SCORE), outcome.seconds()));
                outcomes.add(outcome);
            }
        }
        return new Comparison(table, settings.seeds(), outcomes);
    }

    private Optional<Outcome> finished(Row row, long seed) {
        return Outcome.read(file(row, seed), new Outcome(table.number(), row.key(), seed, steps(row), 0, Map.of()));
    }

    private Outcome.Steps steps(Row row) {
        return new Outcome.Steps(table.beginning(row).read().isPresent() ? settings.readingSteps() : 0,
                settings.stage1Steps(), table.steps(row));
    }

    private Path file(Row row, long seed) {
        return settings.out().resolve("table" + table.number() + "-" + row.key() + "-seed" + seed + ".json");
    }
}
