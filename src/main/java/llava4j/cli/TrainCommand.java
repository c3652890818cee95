package llava4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.data.ConversationIterator;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.lora.Adapter;
import llava4j.lora.AdapterDirectory;
import llava4j.serve.LiveRun;
import llava4j.train.DefaultRate;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;
import llava4j.train.TrainingPlan;
import llava4j.watch.Validation;
import llava4j.watch.WatchedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Either stage on anyone's data. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = "Train one stage on data in LLaVA's format (stage 1 also on COCO captions).")
final class TrainCommand implements Callable<Integer>, OpensModel {

    @ParentCommand
    private Main main;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private LoraOptions lora;

    @Mixin
    private TemplateOption template;

    @Mixin
    private InstructionOptions instructions;

    @Mixin
    private StepOptions step;

    @Mixin
    private PrecisionOption precision;

    @Mixin
    private WatchOptions watch;

    @Mixin
    private FeatureOptions features;

    @Mixin
    private LivePage page;

    @Option(names = "--stage", required = true, paramLabel = "1|2",
            description = "1: only the projection W learns, from captions. 2: W and the decoder, from instructions.")
    private int stage;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "JSON: conversations or captions.")
    private Path data;

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "Folder of the pictures.")
    private Path images;

    @Option(names = "--out", required = true, paramLabel = "DIR",
            description = "Model directory to write; with LoRA, the adapter's.")
    private Path out;

    @Option(names = "--epochs", converter = Range.Count.class, paramLabel = "N",
            description = "Passes over the data (default 1 in stage 1, 3 in stage 2, 1 with LoRA).")
    private Integer epochs;

    @Option(names = "--steps", converter = Range.Steps.class, paramLabel = "N", description = "Steps, instead of epochs.")
    private Integer steps;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the samples' order, and of the drawn instructions (default ${DEFAULT-VALUE}).")
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
        if (stage != 1 && instructions.areBrief()) {
            throw new ParameterException(spec.commandLine(), "--instructions brief goes with --stage 1: in stage 2 the data bring "
                    + "their own");
        }
        watch.check(spec.commandLine());
        precision.choose();
        lora.check(model, stage, spec.commandLine());
        boolean lowRank = lora.asked(model);
        Stage which = which();
        if (lowRank) {
            OutputFolder.forAdapter(out);
        } else {
            OutputFolder.forModel(out);
            OutputFolder.canBeReplaced(out, model, System.getProperty("os.name", ""));
        }
        Opened opened = open();
        Llava llava = opened.model();
        page.open(llava);
        SampleCheck samples = which.check(llava, data, Optional.of(images), new SampleRules(tooLong, missing,
                instructions.brief(seed)));
        FeatureStore known = features.complete(llava, images, samples, main.workers());
        List<String> notes = new ArrayList<>(samples.notes());
        notes.forEach(System.err::println);
        Optional<Validation> held = watch.validation(which, llava, images, samples.rules());
        held.ifPresent(some -> say(notes, String.format(Locale.ROOT, "validation on %d of %d held-out samples", some.samples(),
                some.all())));
        StageRun run = new StageRun(which, llava, samples, images, step.batch, seed, known, LastBatch.KEPT);
        FeatureOptions.note(run.features(), llava, samples).ifPresent(line -> say(notes, line));
        int all = steps(run.batches().stepsAnEpoch(), stage == 1 || lowRank ? 1 : 3);
        TrainingPlan plan = lowRank
                ? step.plan(all, lora.rate(step.learningRate), seed)
                        .withLora(lora.projectorRate(step.learningRate), opened.adapter().dropout())
                : step.plan(all, rate(which, llava, notes), seed);
        say(notes, announcement(plan, run.batches()));
        Path state = out.resolve("training-state.safetensors");
        double[] losses;
        try (StepProgress progress = new StepProgress("stage " + stage, all);
                WatchedRun watched = watch.watch(followed(progress, llava, held), llava, out, run.batches().stepsAnEpoch(), notes, held)) {
            losses = run.train(plan, watched, state, resume, watch.saveEvery, main.workers().objective(which, llava, run, plan));
        }
        if (lowRank) {
            AdapterDirectory.write(out, opened.adapter(), opened.base().config());
        } else {
            llava.save(out);
        }
        System.out.printf(Locale.ROOT, "stage %d: %d steps, loss %.4f -> %.4f, %d parameters trained, %s in %s%n", stage,
                all, losses[0], losses[losses.length - 1], run.trainedParameters(), lowRank ? "adapter" : "model", out);
        page.stay();
        return 0;
    }

    /** The model as the run begins with it; with LoRA, a base with an adapter on it. */
    private record Opened(Llava base, Adapter adapter) {
        Llava model() {
            return adapter == null ? base : base.withAdapter(adapter);
        }
    }

    private Stage which() {
        return lora.asked(model) ? Stage.LOW_RANK_TUNING : Stage.of(stage);
    }

    private Opened open() {
        Optional<Adapter> given = model.adapter();
        Llava base = template.asked(pictures.asked(model.openBase(which().trained())));
        return new Opened(base, lora.asked(model) ? lora.adapter(base, given, seed) : null);
    }

    @Override
    public Llava openModel() {
        return open().model();
    }

    private TrainingListener followed(StepProgress progress, Llava llava, Optional<Validation> held) {
        return !page.isWanted() ? progress : page.of("stage " + stage, llava, progress,
                () -> held.map(Validation::answers).orElse(List.of()).stream().map(TrainCommand::shown).toList());
    }

    private static LiveRun.Asked shown(Validation.Answer answer) {
        return new LiveRun.Asked(answer.pictures().isEmpty() ? null : answer.pictures().get(0),
                answer.turn().question(), answer.turn().gpt(), answer.answer());
    }

    private double rate(Stage which, Llava llava, List<String> notes) {
        if (step.learningRate != null) {
            return step.learningRate;
        }
        DefaultRate chosen = StepOptions.defaultRate(which, llava);
        say(notes, chosen.toString());
        return chosen.rate();
    }

    /** On the screen and in the log. */
    private static void say(List<String> notes, String line) {
        System.err.println(line);
        notes.add(line);
    }

    private int steps(int anEpoch, int usualEpochs) {
        long all = steps != null ? steps : (long) (epochs != null ? epochs : usualEpochs) * anEpoch;
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
        return String.format(Locale.ROOT, "%d samples, %s a step%s%s; %d steps, %d an epoch; learning rate up to %s, %s",
                batches.samples(), Math.min(plan.batch(), batches.samples()), rest == 0 || batches.samples() < plan.batch()
                        ? "" : " and " + rest + " in the last of an epoch",
                plan.inPieces() ? ", run in pieces of " + plan.microBatch() : "", plan.steps(), batches.stepsAnEpoch(),
                plan.learningRate(), climbing == 0 ? "without warm-up" : climbing == 1
                        ? "the first step is warm-up, at rate 0" : "the first " + climbing + " steps are warm-up, from rate 0");
    }
}
