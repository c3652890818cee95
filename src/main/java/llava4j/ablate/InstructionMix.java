package llava4j.ablate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.data.ConversationFile;
import llava4j.data.ConversationRecordReader;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.demo.Demo;
import llava4j.error.UserError;
import llava4j.evaluate.bench.TinyBench;
import llava4j.model.Design;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;

/**
 * Table 4: which kinds of instructions stage 2 is trained on, measured by the relative score on LLaVA-Bench.
 *
 * <p>Every mix is trained for as many steps, so that a small mix is seen more often and not trained less; the paper
 * trains for as many epochs.
 */
final class InstructionMix implements PaperTable {

    private static final Row ALL = new Row("all", "full data", 85.1, 0);
    private static final Row NONE = new Row("none", "no instruction tuning", 21.5, -1);
    private static final List<Row> ROWS = List.of(ALL,
            new Row("detail-reasoning", "detail + reasoning", 81.9, -1),
            new Row("conversation-some", "conversation + 5 % detail + 10 % reasoning", 80.5, -1),
            new Row("conversation", "conversation", 73.8, -1), NONE);
    /** Share of each kind of sample, by row: conversation, detail, reasoning. */
    private static final Map<String, double[]> SHARES = Map.of("all", new double[] {1, 1, 1},
            "detail-reasoning", new double[] {0, 1, 1}, "conversation-some", new double[] {1, 0.05, 0.1},
            "conversation", new double[] {1, 0, 0});
    private static final List<String> KINDS = List.of("conversation", "detail", "reasoning");

    private static final Beginning BEGINNING = new Beginning(Design.PAPER, Optional.empty(), true);

    private final Path data;
    private final Path out;
    private final int steps;
    private final Alignment alignment;
    private FeatureStore features;
    private FeatureStore benchFeatures;

    InstructionMix(Path data, Path out, int steps, Alignment alignment) {
        this.data = data;
        this.out = out;
        this.steps = steps;
        this.alignment = alignment;
    }

    @Override
    public int number() {
        return 4;
    }

    @Override
    public String measure() {
        return "relative score on LLaVA-Bench, %";
    }

    @Override
    public List<Row> rows() {
        return ROWS;
    }

    @Override
    public List<String> details() {
        return List.of("conversation", "detail", "complex");
    }

    @Override
    public int steps(Row row) {
        return row == NONE ? 0 : steps;
    }

    @Override
    public Beginning beginning(Row row) {
        return BEGINNING;
    }

    @Override
    public Map<String, Double> run(Row row, long seed, TrainingListener progress) {
        Llava model = alignment.model(BEGINNING, seed, progress);
        if (row != NONE) {
            tune(model, row, seed, progress);
        }
        TinyBench bench = TinyBench.open(data.resolve("held-out"), 0);
        if (benchFeatures == null) {
            benchFeatures = Pictures.features(model, data.resolve("held-out/images"), BenchScores.pictures(bench));
        }
        return BenchScores.of(model, bench, benchFeatures);
    }

    @Override
    public Path state(Row row, long seed) {
        return out.resolve("table4-" + row.key() + "-seed" + seed + ".state.safetensors");
    }

    private void tune(Llava model, Row row, long seed, TrainingListener progress) {
        Path mix = out.resolve("data-" + row.key() + "-seed" + seed + ".json");
        ConversationFile.write(mix, mixed(SHARES.get(row.key()), seed));
        FeatureStore known = features != null ? features : alignment.features(Design.PAPER);
        if (known == null) {
            known = Pictures.features(model, data.resolve("train/images"), instructions().stream()
                    .flatMap(sample -> sample.images().stream()).distinct().collect(Collectors.toList()));
        }
        features = known;
        StageRun run = new StageRun(Stage.INSTRUCTION_TUNING, model, mix, data.resolve("train/images"),
                Demo.tuning(steps, seed).batch(), seed, known, Demo.LAST_BATCH);
        run.train(Demo.tuning(steps, seed), progress, state(row, seed), true);
        Alignment.delete(mix);
    }

    /** A share of each kind, drawn by the seed. */
    private List<Conversation> mixed(double[] shares, long seed) {
        List<Conversation> all = instructions();
        List<Conversation> mixed = new ArrayList<>();
        for (int kind = 0; kind < KINDS.size(); kind++) {
            String name = KINDS.get(kind);
            List<Conversation> some = all.stream().filter(sample -> sample.id().contains(name))
                    .collect(Collectors.toCollection(ArrayList::new));
            Collections.shuffle(some, new Random(seed));
            mixed.addAll(some.subList(0, (int) Math.round(shares[kind] * some.size())));
        }
        if (mixed.isEmpty()) {
            throw UserError.of("%s: no sample's id names its kind (conversation, detail, reasoning)",
                    data.resolve("train/instructions.json"));
        }
        return mixed;
    }

    private List<Conversation> instructions() {
        return ConversationRecordReader.all(data.resolve("train/instructions.json"));
    }
}
