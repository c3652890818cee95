package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.data.ConversationIterator;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.error.UserError;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Either stage on anyone's data. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = "Train one stage on data in LLaVA's format (stage 1 also on COCO captions).")
final class TrainCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private FeatureOptions features;

    @Option(names = "--stage", required = true, paramLabel = "1|2",
            description = "1: only the projection W learns, from captions. 2: W and the decoder, from instructions.")
    private int stage;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "JSON: conversations or captions.")
    private Path data;

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "Folder of the pictures.")
    private Path images;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model directory to write.")
    private Path out;

    @Option(names = "--epochs", converter = Range.Count.class, paramLabel = "N",
            description = "Passes over the data (default 1 in stage 1, 3 in stage 2).")
    private Integer epochs;

    @Option(names = "--steps", converter = Range.Steps.class, paramLabel = "N", description = "Steps, instead of epochs.")
    private Integer steps;

    @Option(names = "--batch", converter = Range.BatchSize.class, defaultValue = "32", paramLabel = "B",
            description = "Samples a step (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--learning-rate", converter = Range.Rate.class, paramLabel = "LR",
            description = "Highest rate (default the paper's: 2e-3 in stage 1, 2e-5 in stage 2; a tiny model wants 1e-3 there).")
    private Double learningRate;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the samples' order (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--too-long", defaultValue = "stop", paramLabel = "stop|skip|truncate",
            description = "Samples with more tokens than the context: a fault (default), left out, or cut off at the end.")
    private SampleRules.TooLong tooLong;

    @Option(names = "--missing", defaultValue = "stop", paramLabel = "stop|skip",
            description = "Samples whose picture is not there or is none: a fault (default), or left out.")
    private SampleRules.Missing missing;

    @Option(names = "--resume", description = "Continue a run that was stopped; the other options must be as before.")
    private boolean resume;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (stage != 1 && stage != 2) {
            throw new ParameterException(spec.commandLine(), "--stage " + stage + ": need 1 or 2");
        }
        if (steps != null && epochs != null) {
            throw new ParameterException(spec.commandLine(), "--steps and --epochs exclude each other");
        }
        Stage which = Stage.of(stage);
        Llava llava = pictures.asked(model.open(which.trained()));
        requireWritable();
        SampleCheck samples = which.check(llava, data, Optional.of(images), new SampleRules(tooLong, missing));
        FeatureStore known = features.complete(llava, images, samples);
        samples.notes().forEach(System.err::println);
        StageRun run = new StageRun(which, llava, samples, images, batch, seed, known, LastBatch.KEPT);
        FeatureOptions.note(run.features(), llava, samples).ifPresent(System.err::println);
        int all = steps(run.batches().stepsAnEpoch());
        double rate = learningRate != null ? learningRate : stage == 1 ? 2e-3 : 2e-5;
        TrainingPlan plan = new TrainingPlan(all, batch, rate, 0.03, 0.9, 0.98, 0, 1.0, seed);
        System.err.println(announcement(plan, run.batches()));
        Path state = out.resolve("training-state.safetensors");
        double[] losses;
        try (StepProgress progress = new StepProgress("stage " + stage, all)) {
            losses = run.train(plan, progress, state, resume);
        }
        llava.save(out);
        System.out.printf(Locale.ROOT, "stage %d: %d steps, loss %.4f -> %.4f, %d parameters trained, model in %s%n", stage,
                all, losses[0], losses[losses.length - 1], run.trainedParameters(), out);
        return 0;
    }

    private int steps(int anEpoch) {
        long all = steps != null ? steps : (long) (epochs != null ? epochs : stage == 1 ? 1 : 3) * anEpoch;
        if (all > Range.MOST_STEPS) {
            throw new ParameterException(spec.commandLine(), "--epochs " + epochs + ": are " + all + " steps, at most "
                    + Range.MOST_STEPS + " are made");
        }
        return (int) all;
    }

    /** What will happen, before it takes long: the steps, the samples in them, and where the learning rate goes. */
    private static String announcement(TrainingPlan plan, ConversationIterator batches) {
        int rest = batches.samples() % plan.batch();
        int climbing = plan.schedule().climbing();
        return String.format(Locale.ROOT, "%d samples, %s a step%s; %d steps, %d an epoch; learning rate up to %s, %s",
                batches.samples(), Math.min(plan.batch(), batches.samples()), rest == 0 || batches.samples() < plan.batch()
                        ? "" : " and " + rest + " in the last of an epoch", plan.steps(), batches.stepsAnEpoch(),
                plan.learningRate(), climbing == 0 ? "without warm-up" : climbing == 1
                        ? "the first step is warm-up, at rate 0" : "the first " + climbing + " steps are warm-up, from rate 0");
    }

    /** Looked at before the data are, which may take long; the folder is made once there is something to write. */
    private void requireWritable() {
        Path there = out.toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw UserError.of("%s: cannot be written: choose another --out, or make it writable", out);
        }
    }
}
