package llava4j.cli;

import llava4j.Llava;
import llava4j.train.DefaultRate;
import llava4j.train.Stage;
import llava4j.train.TrainingPlan;
import picocli.CommandLine.Option;

/** The options of one training step: how many rows at a time, and how far it goes. */
final class StepOptions {

    @Option(names = "--batch", converter = Range.BatchSize.class, defaultValue = "32", paramLabel = "B",
            description = "Samples a step (default ${DEFAULT-VALUE}).")
    int batch;

    @Option(names = "--micro-batch", converter = Range.BatchSize.class, paramLabel = "M",
            description = "Samples that are run at a time: a step's batch is run in pieces of M, which take the memory of M "
                    + "(default: the whole batch).")
    private Integer microBatch;

    @Option(names = "--parts", converter = Range.BatchSize.class, paramLabel = "N",
            description = "Splits what is run at a time into N equal parts at most, so that the weights in the end do not depend on "
                    + "the number of cores (default: as many parts as cores).")
    private Integer parts;

    @Option(names = "--recompute",
            description = "Keep no layer's activations but compute them anew in the backward pass: less memory, more time, the same "
                    + "result to the bit.")
    private boolean recompute;

    @Option(names = "--learning-rate", converter = Range.Rate.class, paramLabel = "LR",
            description = "Highest rate (default by the model's size: 1e-2 in stage 1 and 1e-3 in stage 2 for a tiny one, the "
                    + "paper's 2e-3 and 2e-5 for 7 B).")
    Double learningRate;

    @Option(names = "--warm-up", converter = Range.ShareOrNone.class, defaultValue = "0.03", paramLabel = "SHARE",
            description = "Share of the steps in which the rate climbs (default the paper's ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--weight-decay", converter = Range.Decay.class, defaultValue = "0", paramLabel = "L",
            description = "Adam's decoupled weight decay (default the paper's ${DEFAULT-VALUE}).")
    private double weightDecay;

    /** The rate that is taken where none is given, for a model whose encoder does not count. */
    static DefaultRate defaultRate(Stage stage, Llava model) {
        DefaultRate ofMatrix = DefaultRate.of(stage, model.weights().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("vision")).mapToLong(entry -> entry.getValue().length()).sum());
        return stage == Stage.FEATURE_ALIGNMENT && model.config().connector() != null
                ? ofMatrix.times(model.config().connector().shareOfRate()) : ofMatrix;
    }

    /** The plan of a run. */
    TrainingPlan plan(int steps, double rate, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(batch).withLearningRate(rate).withWarmUp(warmUp)
                .withAdam(0.9, 0.98, weightDecay).withSeed(seed)
                .withMemory(microBatch == null ? batch : Math.min(microBatch, batch), recompute)
                .withParts(parts == null ? 0 : parts);
    }
}
