package llava4j.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.data.BriefInstructions;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.data.Pictures;
import llava4j.data.SampleRules;
import llava4j.execution.NativeMemory;
import llava4j.pretrain.PointedPatches;
import llava4j.pretrain.WordsForPatches;
import llava4j.teacher.AnnotatedPicture;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.Trainer;
import llava4j.train.TrainingPlan;
import llava4j.watch.TrainingLog;
import llava4j.watch.Validation;
import llava4j.watch.WatchedRun;

/** What learns in {@link BookDemo}: W its first words, W in stage 1, W and the decoder in stage 2; each goes on where it stood. */
final class BookStages {

    /** W's rate once it has its first words, which it is to keep. */
    static final double W_RATE = 1e-4;
    private static final int VALIDATE_EVERY = 120;
    /** Samples: half a minute of SmolLM2. */
    private static final int VALIDATED = 64;

    private final BookDemo.Settings settings;
    private final Consumer<String> say;
    private final Watcher progress;
    private final Map<String, Demo.Trained> trained = new LinkedHashMap<>();

    /**
     * @param settings where the parts lie and what is made of them
     * @param say      is told what happens
     * @param progress gives a listener for a stage's name and number of steps
     */
    BookStages(BookDemo.Settings settings, Consumer<String> say, Watcher progress) {
        this.settings = settings;
        this.say = say;
        this.progress = progress;
    }

    /** {@return each as it went, by name} */
    Map<String, Demo.Trained> trained() {
        return trained;
    }

    /**
     * {@return stage 1's settings: captions, W alone; batches of 16. W has its first words, and is to keep them: a small rate}
     *
     * @param steps optimizer steps
     * @param seed  of the order of the samples
     */
    static TrainingPlan alignment(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(16).withLearningRate(W_RATE).withSeed(seed);
    }

    /**
     * {@return stage 2's settings: instructions, W and decoder; batches of 8, since many small steps come further here than few
     * large ones in the same time}
     *
     * @param steps optimizer steps
     * @param seed  of the order of the samples
     */
    static TrainingPlan tuning(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(8).withLearningRate(3e-4).withProjectorRate(W_RATE).withSeed(seed);
    }

    /**
     * W's first words, from the boxes of a book's pictures.
     *
     * @return the pictures' features, which serve both stages as well
     */
    FeatureStore firstWords(Llava model, Path book) {
        List<AnnotatedPicture> pictures = AnnotatedPicture.read(book.resolve("captions.json"), book.resolve("instances.json"));
        List<String> files = pictures.stream().map(AnnotatedPicture::fileName).toList();
        FeatureStore features = Pictures.ofDataSet(model, book.resolve("images"), files);
        PointedPatches pointed = PointedPatches.of(pictures, model.config().vision());
        WordsForPatches objective = new WordsForPatches(model, features, pointed, settings.seed());
        TrainingPlan plan = WordsForPatches.plan(settings.steps().words(), settings.seed());
        say.accept("first words: the names of " + pointed.names().size() + " things, " + pictures.size() + " pictures");
        Trainer trainer = new Trainer(plan, model.weights(), objective.trained(), "first words, pictures' checksum "
                + features.checksum(files));
        Path state = state("first_words");
        if (settings.resume()) {
            trainer.resume(state);
        }
        TrainingLog log = new TrainingLog(settings.out().resolve("first_words"), plan.steps(), List.of());
        double[] losses;
        try (WatchedRun watched = new WatchedRun(progress.stage("first_words", plan.steps(), model), log, Optional.empty(),
                plan.steps(), Optional.empty(), say)) {
            losses = trainer.run(objective, watched, state);
        }
        trained.put("first_words", new Demo.Trained(plan.steps(), log.seconds(), losses,
                Stage.FEATURE_ALIGNMENT.trainedParameters(model)));
        return features;
    }

    /**
     * A stage, watched, and saved on the way.
     *
     * @param name     of the stage and of its folder
     * @param stage    what learns
     * @param model    learns in place
     * @param data     captions or instructions, beside the folder of their pictures
     * @param features of the pictures
     * @param plan     steps and rates
     */
    void train(String name, Stage stage, Llava model, Path data, FeatureStore features, TrainingPlan plan) {
        SampleRules rules = SampleRules.STRICT.asking(requests(stage));
        Path images = data.resolveSibling("images");
        StageRun run = new StageRun(stage, model, stage.check(model, data, Optional.of(images), rules), images, plan.batch(),
                plan.seed(), features, LastBatch.KEPT);
        say.accept(name + ": " + run.batches().samples() + " samples, " + run.trainedParameters() + " parameters learn");
        Path heldOut = settings.out().resolve("held-out");
        Validation validation = new Validation(stage, model, heldOut.resolve(stage == Stage.FEATURE_ALIGNMENT ? "captions.json"
                : "instructions.json"), heldOut.resolve("images"), rules, VALIDATED);
        double[] losses;
        TrainingLog log = new TrainingLog(settings.out().resolve(name), run.batches().stepsAnEpoch(), List.of());
        try (WatchedRun watched = new WatchedRun(progress.stage(name, plan.steps(), model), log, Optional.of(validation),
                VALIDATE_EVERY, Optional.empty(), say)) {
            losses = run.train(plan, watched, state(name), settings.resume());
        }
        trained.put(name, new Demo.Trained(plan.steps(), log.seconds(), losses, run.trainedParameters()));
        NativeMemory.release();
    }

    /**
     * In stage 1 a caption answers a request in the language model's own template, as the paper has it, and not the picture alone,
     * as the later code has it: a decoder that was trained to chat, and stays frozen, then expects an answer and does not go on
     * with a text.
     */
    private Optional<BriefInstructions> requests(Stage stage) {
        return stage == Stage.FEATURE_ALIGNMENT ? Optional.of(new BriefInstructions(settings.seed())) : Optional.empty();
    }

    private Path state(String name) {
        return settings.out().resolve(name).resolve(Demo.STATE);
    }
}
