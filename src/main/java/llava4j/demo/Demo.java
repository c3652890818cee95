package llava4j.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import llava4j.Assembly;
import llava4j.Llava;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.evaluate.MajorityAnswer;
import llava4j.evaluate.Score;
import llava4j.execution.NativeMemory;
import llava4j.evaluate.TinyQuestion;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;
import llava4j.image.ImageFile;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;
import llava4j.train.TrainingPlan;

/**
 * The main job: the paper in miniature, from two pretrained parts that have never met to a chat about a picture.
 *
 * <p>Stage 1 aligns, stage 2 tunes; then every question about pictures that neither saw is asked, beside the controls
 * that say how much of the score is the picture's: blanked, swapped, left out, after stage 1 alone, and stage 2 without
 * stage 1.
 */
public final class Demo {

    /**
     * The main job and the ablations count steps over many epochs and keep every step at 32 samples: what fills no batch is
     * left out of its epoch.
     */
    public static final LastBatch LAST_BATCH = LastBatch.DROPPED;

    static final String STATE = "training-state.safetensors";

    /**
     * Where the parts lie and what is made of them.
     *
     * @param data          the tiny world: {@code train}, {@code held-out}, {@code pretrained}
     * @param out           folder for the model and the saved state
     * @param seed          of W and of the order of the samples
     * @param steps1        steps of stage 1
     * @param steps2        steps of stage 2
     * @param withoutStage1 whether stage 2 is also run without stage 1, as a control
     * @param curve         numbers of stage-2 steps after which a model with and one without stage 1 are compared; may
     *                      be empty
     * @param resume        whether a saved state is continued
     */
    public record Settings(Path data, Path out, long seed, int steps1, int steps2, boolean withoutStage1,
                           List<Integer> curve, boolean resume) {
    }

    /**
     * What a stage 2 of so many steps makes of a model with and of one without stage 1.
     *
     * @param steps   steps of stage 2
     * @param with    score of the model that had stage 1
     * @param without score of the model that had none
     */
    public record Point(int steps, Score with, Score without) {
    }

    /**
     * A stage as it went.
     *
     * @param steps      optimizer steps
     * @param seconds    time of the training alone
     * @param losses     loss of each step
     * @param parameters how many numbers learned
     */
    public record Trained(int steps, double seconds, double[] losses, long parameters) {
    }

    /**
     * One question and its answer.
     *
     * @param question as it was asked
     * @param answer   the model's
     */
    public record Said(String question, String answer) {
    }

    /**
     * All that the report shows.
     *
     * @param settings  what was asked for
     * @param training  each stage as it went, by name
     * @param scores    of the model and of each control, by name
     * @param curve     with and without stage 1 after so many steps; may be empty
     * @param chatImage the held-out picture that the chat is about
     * @param chat      its questions and answers
     * @param questions of the exam
     * @param answers   the model's, one for each question
     * @param seconds   time of the whole job
     */
    public record Result(Settings settings, Map<String, Trained> training, Map<String, Score> scores,
                         List<Point> curve, Path chatImage, List<Said> chat, List<TinyQuestion> questions, List<String> answers,
                         double seconds) {
    }

    private final Settings settings;
    private final Consumer<String> say;
    private final Watcher progress;
    private final Map<String, Trained> training = new LinkedHashMap<>();
    private final Map<String, Score> scores = new LinkedHashMap<>();

    /**
     * Prepares the main job; nothing is read before {@link #run}.
     *
     * @param settings where the parts lie and what is made of them
     * @param say      is told what happens
     * @param progress gives a listener for each stage
     */
    public Demo(Settings settings, Consumer<String> say, Watcher progress) {
        this.settings = settings;
        this.say = say;
        this.progress = progress;
    }

    /**
     * {@return stage 1's settings: captions, W alone; batches of 32, peak rate 1e-2}
     *
     * @param steps optimizer steps
     * @param seed  of the order of the samples
     */
    public static TrainingPlan alignment(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withLearningRate(1e-2).withSeed(seed);
    }

    /**
     * {@return stage 2's settings: instructions, W and decoder; batches of 32, peak rate 1e-3}
     *
     * @param steps optimizer steps
     * @param seed  of the order of the samples
     */
    public static TrainingPlan tuning(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withSeed(seed);
    }

    /**
     * Runs everything; the model is saved in {@code out/model}.
     *
     * @return scores, losses and the chat, as the report shows them
     * @throws llava4j.error.UserError if a part is missing or a loss is not a number
     */
    public Result run() {
        long started = System.nanoTime();
        Path train = settings.data().resolve("train");
        Llava model = Assembly.of(settings.data().resolve("pretrained/vicuna"),
                settings.data().resolve("pretrained/clip"), settings.seed());
        Llava fresh = settings.withoutStage1() || !settings.curve().isEmpty() ? model.copy() : null;
        TinySuite world = TinySuite.open(model, settings.data().resolve("held-out"));
        TinySuite ordinary = world.only(false);
        scores.put("chance", ordinary.score(MajorityAnswer.of(train.resolve("instructions.json"),
                ordinary.questions())));
        scores.put("text_only_pretrained", score(ordinary, model, Shown.NOTHING));

        FeatureStore features = stage("stage1", Stage.FEATURE_ALIGNMENT, model, train.resolve("captions.json"), null,
                alignment(settings.steps1(), settings.seed()));
        scores.put("stage1_only", score(ordinary, model, Shown.PICTURE));
        say.accept(line("after stage 1", scores.get("stage1_only")));

        List<Point> curve = new ArrayList<>();
        for (int steps : settings.curve()) {
            Point point = new Point(steps, briefly(model.copy(), steps, "with", features, ordinary),
                    briefly(fresh.copy(), steps, "without", features, ordinary));
            say.accept(line("stage 2 of " + steps + " steps after stage 1", point.with()));
            say.accept(line("stage 2 of " + steps + " steps without it", point.without()));
            curve.add(point);
        }
        stage("stage2", Stage.INSTRUCTION_TUNING, model, train.resolve("instructions.json"), features,
                tuning(settings.steps2(), settings.seed()));
        model.save(settings.out().resolve("model"));
        List<String> answers = ordinary.answers(model, Shown.PICTURE);
        NativeMemory.release();
        scores.put("held_out", ordinary.score(answers));
        scores.put("held_out_combinations", score(world.only(true), model, Shown.PICTURE));
        scores.put("blank", score(ordinary, model, Shown.BLANK));
        scores.put("swapped", score(ordinary, model, Shown.SWAPPED));
        say.accept(line("after stage 2", scores.get("held_out")));
        say.accept(line("picture swapped", scores.get("swapped")));

        if (settings.withoutStage1()) {
            stage("without_stage1", Stage.INSTRUCTION_TUNING, fresh, train.resolve("instructions.json"), features,
                    tuning(settings.steps2(), settings.seed()));
            scores.put("without_stage1", score(ordinary, fresh, Shown.PICTURE));
            say.accept(line("without stage 1", scores.get("without_stage1")));
        }
        TinyQuestion about = ordinary.questions().stream().filter(q -> q.objects() == 2).findFirst().orElseThrow();
        Path image = settings.data().resolve("held-out/images").resolve(about.image());
        List<Said> chat = chat(model, image, ordinary.questions(), about.image());
        return new Result(settings, training, scores, curve, image, chat, ordinary.questions(), answers,
                (System.nanoTime() - started) / 1e9);
    }

    /** A stage 2 that is short: its whole schedule, warm-up and descent, in a few steps. */
    private Score briefly(Llava model, int steps, String stage1, FeatureStore features, TinySuite exam) {
        stage(stage1 + "_stage1_" + steps, Stage.INSTRUCTION_TUNING, model,
                settings.data().resolve("train/instructions.json"), features, tuning(steps, settings.seed()));
        return score(exam, model, Shown.PICTURE);
    }

    private FeatureStore stage(String name, Stage stage, Llava model, Path data, FeatureStore known,
                               TrainingPlan plan) {
        StageRun run = new StageRun(stage, model, data, settings.data().resolve("train/images"), plan.batch(),
                plan.seed(), known, LAST_BATCH);
        say.accept(name + ": " + run.batches().samples() + " samples, " + run.trainedParameters()
                + " parameters learn");
        long started = System.nanoTime();
        double[] losses = run.train(plan, progress.stage(name, plan.steps(), model),
                settings.out().resolve(name + "-" + STATE), settings.resume());
        training.put(name, new Trained(plan.steps(), (System.nanoTime() - started) / 1e9, losses,
                run.trainedParameters()));
        NativeMemory.release();
        return run.features();
    }

    private List<Said> chat(Llava model, Path image, List<TinyQuestion> questions, String name) {
        Chat chat = new Chat(model);
        chat.show(ImageFile.read(image));
        List<Said> said = new ArrayList<>();
        say.accept("chat about " + image);
        for (String type : List.of("detail", "color", "reasoning")) {
            String question = questions.stream().filter(q -> q.image().equals(name) && q.type().equals(type))
                    .findFirst().orElseThrow().question();
            said.add(new Said(question, chat.ask(question, 64, Sampler.greedy(), piece -> { })));
            say.accept("  you:       " + question);
            say.accept("  assistant: " + said.get(said.size() - 1).answer());
        }
        return said;
    }

    private Score score(TinySuite exam, Llava model, Shown shown) {
        Score score = exam.score(model, shown);
        NativeMemory.release();
        return score;
    }

    private static String line(String name, Score score) {
        return String.format(java.util.Locale.ROOT, "%s: %.1f %% of %d questions (%s)", name, 100 * score.accuracy(),
                score.questions(), MetricsJson.line(score.byType()));
    }
}
