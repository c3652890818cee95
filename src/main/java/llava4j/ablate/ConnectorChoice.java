package llava4j.ablate;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.Llava;
import llava4j.connector.Connector;
import llava4j.connector.ConnectorType;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.demo.Demo;
import llava4j.demo.PeakMemory;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.bench.TinyBench;
import llava4j.model.Design;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;

/**
 * Table 5: LLaVA beside BLIP-2 and OpenFlamingo, by the relative score on LLaVA-Bench; here their connectors alone, between
 * one encoder and one decoder.
 *
 * <p>Two readings, a row each. "As the paper tested them": BLIP-2 and Flamingo had seen captions and no instructions, so their
 * connectors stop after stage 1, before a frozen decoder. "Same data": every connector goes through both stages. What one would
 * get wrong: taking the paper's 67 to 38 for the worth of a connector; most of it is the data.
 */
final class ConnectorChoice implements PaperTable {

    /** Held-out pictures whose questions are asked, all of them four times: half of the exam's, of 1.6 points' standard error. */
    private static final int EXAMINED = 100;
    /** Pictures of the quick looks on the way, and how many looks there are. */
    private static final int LOOKED_AT = 40;
    private static final int LOOKS = 10;

    private static final Row W = new Row("projector", "W: every patch a token (LLaVA)", 67.3, 0);
    private static final Row QFORMER_CAPTIONS = new Row("qformer-captions", "Q-Former, captions alone (BLIP-2)", 38.1, -1);
    private static final Row GATED_CAPTIONS = new Row("gated-captions", "gated cross-attention, captions alone (OpenFlamingo)",
            19.1, -1);
    private static final Map<Row, ConnectorType> ROWS = new LinkedHashMap<>();

    static {
        ROWS.put(W, ConnectorType.PROJECTOR);
        ROWS.put(QFORMER_CAPTIONS, ConnectorType.QFORMER);
        ROWS.put(GATED_CAPTIONS, ConnectorType.GATED);
        ROWS.put(new Row("mlp", "same data: two matrices and GELU (LLaVA 1.5)", Double.NaN, 1), ConnectorType.MLP);
        ROWS.put(new Row("qformer", "same data: Q-Former", Double.NaN, 0), ConnectorType.QFORMER);
        ROWS.put(new Row("gated", "same data: gated cross-attention", Double.NaN, 0), ConnectorType.GATED);
    }

    private final Path data;
    private final Path out;
    private final int steps;
    private final Alignment alignment;
    private final TinyBench bench;
    private final Map<ConnectorType, TinySuite> exams = new HashMap<>();
    private final Map<ConnectorType, FeatureStore> benches = new HashMap<>();
    private final Map<ConnectorType, FeatureStore> training = new HashMap<>();

    ConnectorChoice(Path data, Path out, int steps, Alignment alignment) {
        this.data = data;
        this.out = out;
        this.steps = steps;
        this.alignment = alignment;
        this.bench = TinyBench.open(data.resolve("held-out"), 0);        // what it lacks is said before anything is trained
    }

    @Override
    public int number() {
        return 5;
    }

    @Override
    public String measure() {
        return "relative score on LLaVA-Bench, %";
    }

    @Override
    public List<Row> rows() {
        return List.copyOf(ROWS.keySet());
    }

    @Override
    public List<String> details() {
        return List.of("conversation", "detail", "complex", "exam", "swapped", "blank", "no picture", "steps to half",
                "thousand parameters", "ms a step", "MB");
    }

    @Override
    public int steps(Row row) {
        return row == QFORMER_CAPTIONS || row == GATED_CAPTIONS ? 0 : steps;
    }

    @Override
    public Beginning beginning(Row row) {
        return new Beginning(Design.of(ROWS.get(row)), Optional.empty(), true);
    }

    @Override
    public Path state(Row row, long seed) {
        return out.resolve(name(row, seed) + ".state.safetensors");
    }

    private static String name(Row row, long seed) {
        return "table5-" + row.key() + "-seed" + seed;
    }

    @Override
    public Map<String, Double> run(Row row, long seed, TrainingListener progress) {
        ConnectorType type = ROWS.get(row);
        Llava model = alignment.model(beginning(row), seed, progress);
        TinySuite exam = exams.computeIfAbsent(type, any -> TinySuite.open(model, data.resolve("held-out")).first(EXAMINED));
        LearningCurve curve = new LearningCurve(out.resolve(name(row, seed) + ".curve.txt"),
                Math.max(1, steps / LOOKS), progress, () -> exam.first(LOOKED_AT).score(model, Shown.PICTURE).accuracy());
        if (steps(row) > 0) {
            tune(model, row, seed, curve);
        }
        long megabytes = PeakMemory.nowMegabytes();
        Map<String, Double> values = judged(model, type);
        values.put("exam", 100 * exam.score(model, Shown.PICTURE).accuracy());
        values.put("swapped", 100 * exam.score(model, Shown.SWAPPED).accuracy());
        values.put("blank", 100 * exam.score(model, Shown.BLANK).accuracy());
        values.put("no picture", 100 * exam.score(model, Shown.NOTHING).accuracy());
        curve.stepsTo(0.5).ifPresent(step -> values.put("steps to half", (double) step));
        values.put("thousand parameters", model.weights().entrySet().stream().filter(weight -> Connector.owns(weight.getKey()))
                .mapToLong(weight -> weight.getValue().length()).sum() / 1000.0);
        curve.millisecondsOfStep().ifPresent(each -> values.put("ms a step", each));
        values.put("MB", (double) megabytes);
        curve.forget();
        return values;
    }

    private void tune(Llava model, Row row, long seed, TrainingListener curve) {
        ConnectorType type = ROWS.get(row);
        FeatureStore known = training.getOrDefault(type, alignment.features(Design.of(type)));
        StageRun run = new StageRun(Stage.INSTRUCTION_TUNING, model, data.resolve("train/instructions.json"),
                data.resolve("train/images"), Demo.tuning(steps, seed).batch(), seed, known, Demo.LAST_BATCH);
        training.put(type, run.features());
        run.train(Demo.tuning(steps, seed), curve, state(row, seed), true);
    }

    private Map<String, Double> judged(Llava model, ConnectorType type) {
        return BenchScores.of(model, bench, benches.computeIfAbsent(type, any -> Pictures.features(model,
                data.resolve("held-out/images"), BenchScores.pictures(bench))));
    }

    @Override
    public String note() {
        return "\nexam, swapped, blank, no picture: accuracy on the questions about the first " + EXAMINED
                + " held-out pictures, and its controls. steps to half: the first of "
                + LOOKS + " quick looks during stage 2 at which half the answers were right; a dash where that did not happen, or "
                + "where there was no stage 2. thousand parameters: those of the connector. ms a step: of stage 2, on the machine "
                + "as it was. MB: what the process held after it, the runs before it in the same process included.\n\n"
                + "The paper's three systems differ in everything: encoder, decoder, connector and data. The rows that saw captions "
                + "alone can agree with the paper's order, and show what it costs never to have seen an instruction. The rows with "
                + "the same data show what the connector itself costs here: on a picture of nine patches, with a decoder of three "
                + "layers and some hundred steps. They cannot show what a Q-Former is worth after the millions of pairs that it was "
                + "made for, nor what gated layers are worth that have read pages with many pictures.\n";
    }
}
