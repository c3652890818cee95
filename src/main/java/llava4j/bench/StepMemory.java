package llava4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import llava4j.connector.ConnectorType;
import llava4j.error.UserError;
import llava4j.execution.Threads;
import llava4j.json.Fields;
import llava4j.json.JsonText;
import llava4j.model.LlavaConfig;
import llava4j.plan.Memory;
import llava4j.plan.TrainingRun;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of a training step as it is, beside what {@link Memory} reckons before anything is loaded.
 *
 * <p>Each size runs in a Java of its own: what a process has once taken it seldom gives back, so the second size measured
 * in one would be the sum of both.
 */
public final class StepMemory {

    /** Sizes that differ from each other in one thing, and the two that are benchmarked. */
    private enum Size {
        TINY(BenchSize.TINY.config(), 32, 39),
        IMAGE_TOKENS_64(Scale.config(8, 128), 16, 32),
        IMAGE_TOKENS_256(Scale.config(16, 128), 16, 32),
        WORDS_128(Scale.config(4, 128), 16, 128),
        WORDS_256(Scale.config(4, 128), 16, 256),
        WIDTH_256(Scale.config(8, 256), 16, 32),
        WIDTH_384(Scale.config(8, 384), 16, 32),
        WIDTH_512(Scale.config(8, 512), 16, 32),
        MID(BenchSize.MID.config(), BenchSize.MID.batches().rows(), BenchSize.MID.batches().instructions()),
        /** The paper's other two connectors, whose own results are kept beside the decoder's. */
        QFORMER(connected(ConnectorType.QFORMER), 16, 32),
        GATED(connected(ConnectorType.GATED), 16, 32),
        /** A published decoder's sizes, those of SmolLM2-135M, whose vocabulary is a fifth of it. */
        LLAMA_135M(BenchSize.SMOLLM2.config(), 2, 128);

        private final LlavaConfig config;
        private final int rows;
        private final int words;

        Size(LlavaConfig config, int rows, int words) {
            this.config = config;
            this.rows = rows;
            this.words = words;
        }
    }

    /**
     * One size, in megabytes.
     *
     * @param predicted of the whole process
     * @param measured  resident memory of the process after some steps
     * @param idle      resident memory before there was a model
     * @param graph     what of it the training graph has taken for activations and gradients
     */
    public record Line(String size, int stage, int rows, int length, int width, double predicted, double measured,
                       double idle, double graph, double predictedGraph) {

        /** {@return measured / predicted} */
        public double ratio() {
            return measured / predicted;
        }
    }

    /** The size of 256 image tokens, with another connector in place of W. */
    private static LlavaConfig connected(ConnectorType type) {
        LlavaConfig w = Scale.config(16, 128);
        int features = w.vision().patches() + (type.keepsClassToken() ? 1 : 0);
        LlavaConfig config = w.withConnector(type.between(features, w.vision().hiddenSize(), w.decoder()))
                .withFeatureLayer(type.featureLayer());
        return type.keepsClassToken() ? config.withClassToken() : config;
    }

    private static final int STEPS = 4;
    private static final double MB = 1 << 20;

    private StepMemory() {
    }

    /**
     * {@return all sizes, measured one after another}
     *
     * @param say is told which one is next
     */
    public static List<Line> measure(Consumer<String> say) {
        List<Line> lines = new ArrayList<>();
        TimeLeft left = new TimeLeft(2 * Size.values().length);
        for (Size size : Size.values()) {
            for (int stage = 1; stage <= 2; stage++) {
                lines.add(line(size, stage));
                say.accept(row(lines.get(lines.size() - 1)));
                left.done(1).ifPresent(say);
            }
        }
        return lines;
    }

    private static Line line(Size size, int stage) {
        int length = size.words + size.config.imageTokens();
        Memory reckoned = Memory.training(size.config, TrainingRun.of(size.config.decoder(), stage, size.rows, length));
        Fields seen = inAnotherJava(size, stage);
        return new Line(size.name().toLowerCase(Locale.ROOT), stage, size.rows, length,
                size.config.decoder().hiddenSize(), reckoned.all() / MB, megabytes(seen, "resident"),
                megabytes(seen, "idle"), megabytes(seen, "graph"),
                (reckoned.activations() + reckoned.gradients()) / MB);
    }

    private static double megabytes(Fields seen, String key) {
        return seen.number(key, null, 0, Double.MAX_VALUE);
    }

    private static Fields inAnotherJava(Size size, int stage) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StepMemory.class.getName(), size.name(),
                Integer.toString(stage)));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (InputStream out = process.getInputStream()) {
                byte[] answer = out.readAllBytes();
                if (process.waitFor() == 0) {
                    return JsonText.object("the other Java's answer", answer);
                }
            }
            throw UserError.of("%s, stage %d: the process that measures it failed, see above; too little memory is the "
                    + "usual cause: -Dorg.bytedeco.javacpp.maxphysicalbytes=8g", size, stage);
        } catch (IOException e) {
            throw new UserError("another Java cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        }
    }

    /**
     * Is what the other Java runs; says what it saw as JSON.
     *
     * @param arguments the name of a size, and a stage
     */
    public static void main(String[] arguments) {
        Size size = Size.valueOf(arguments[0]);
        int stage = Integer.parseInt(arguments[1]);
        Threads.callersOnly();
        Threads.fit(size.config.decoder().hiddenSize());
        Nd4j.eye(2);            // the native library is loaded by its first use
        double idle = OurSide.memory("VmRSS");
        Workload work = new Workload(size.config,
                new BenchSize.Batches(size.rows).captions(size.words).instructions(size.words), 0);
        INDArray features = Nd4j.rand(size.rows * size.config.features(), size.config.vision().hiddenSize());
        TrainingSteps training = new TrainingSteps(work, Stage.of(stage));
        for (int i = 0; i < STEPS; i++) {
            training.step(features);
        }
        ObjectNode seen = new ObjectMapper().createObjectNode().put("idle", idle).put("resident", OurSide.memory("VmRSS"))
                .put("graph", training.bytes() / MB);
        System.out.println(seen);
    }

    /**
     * {@return all sizes, measured and reckoned, to read}
     *
     * @param lines of a measurement
     */
    public static String table(List<Line> lines) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-17s %5s %5s %6s %6s %13s %13s %7s %15s%n", "size",
                "stage", "rows", "tokens", "width", "predicted MB", "measured MB", "ratio", "graph: p, m MB"));
        lines.forEach(line -> text.append(row(line)).append('\n'));
        return text.toString();
    }

    private static String row(Line line) {
        return String.format(Locale.ROOT, "%-17s %5d %5d %6d %6d %13.0f %13.0f %7.2f %7.0f %7.0f", line.size(), line.stage(),
                line.rows(), line.length(), line.width(), line.predicted(), line.measured(), line.ratio(),
                line.predictedGraph(), line.graph());
    }
}
