package llava4j.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import llava4j.Assembly;
import llava4j.Llava;
import llava4j.connector.ConnectorType;
import llava4j.data.FeatureStore;
import llava4j.evaluate.KeptKnowledge;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.picturebook.BookQuestion.Split;
import llava4j.evaluate.picturebook.BookScore;
import llava4j.evaluate.picturebook.BookSuite;
import llava4j.execution.NativeMemory;
import llava4j.lora.FreshAdapter;
import llava4j.model.Design;
import llava4j.picturebook.BookWriter;
import llava4j.plan.Flops;
import llava4j.plan.Memory;
import llava4j.plan.Pace;
import llava4j.plan.Parameters;
import llava4j.plan.TrainingRun;
import llava4j.train.Stage;
import llava4j.train.TrainingPlan;

/**
 * The main job on the picture book: a CLIP that was trained on it, a real language model that never saw anything, and the
 * paper's two stages between them.
 *
 * <p>Beside the exam stand its controls, as in the tiny world, and what the decoder knew before: stage 2 trains all of it, and
 * it is asked before and after what it can say in words alone.
 */
public final class BookDemo {

    /** Pictures of the exam at most; never more than are trained on. */
    private static final int HELD_OUT = 400;
    /**
     * Things in a picture, at most: in every second one so few that each is large and easy to tell. Were they only two, most
     * pictures would show two, and of three things the model would leave one out.
     */
    private static final List<Integer> FEW_OR_MANY = List.of(3, BookWriter.MOST_THINGS);
    private static final int LORA_RANK = 32;
    private static final double LORA_DROPOUT = 0.05;
    /** Tokens of a row in the template of SmolLM2, padded to the longest of four, the picture's among them: caption, conversation. */
    private static final int[] LENGTHS = {100, 168};
    private static final int[] SCORED = {16, 27};
    /** Tokens of the longest conversation, which decides the memory. */
    private static final int LONGEST = 252;

    /**
     * Where the parts lie and what is made of them.
     *
     * @param language      directory of the language model
     * @param encoder       directory of the picture book's CLIP
     * @param emoji         the art
     * @param out           folder for the book, the models, the report and the saved states
     * @param seed          of the book, of W and of the order of the samples
     * @param pictures      to train on
     * @param steps         of each training
     * @param questions     of the exam, at most, for each of its splits together
     * @param withoutStage1 whether stage 2 is also run without stage 1, as a control
     * @param lora          whether stage 2 is also run as LoRA, to see what the decoder then forgets
     * @param resume        whether a run that was stopped is continued
     */
    public record Settings(Path language, Path encoder, Path emoji, Path out, long seed, int pictures, Steps steps, int questions,
                           boolean withoutStage1, boolean lora, boolean resume) {
    }

    /**
     * Optimizer steps.
     *
     * @param words     of W's first words
     * @param alignment of stage 1
     * @param tuning    of stage 2
     */
    public record Steps(int words, int alignment, int tuning) {

        /** What two cores do in less than two hours, if they multiply in bfloat16. */
        public static final Steps USUAL = new Steps(1500, 60, 1500);
    }

    /**
     * What the language model says without a picture.
     *
     * @param when    "before", "after stage 2", "after stage 2 as LoRA"
     * @param answers one for each of the questions in words
     */
    public record InWords(String when, List<String> answers) {
    }

    /**
     * All that the report shows.
     *
     * @param settings what was asked for
     * @param training each stage as it went, by name
     * @param scores   of the model and of each control, by name
     * @param talks    the first pictures of the held-out book, as they came
     * @param inWords  what is said without a picture, before and after
     * @param seconds  time of the whole job
     */
    public record Result(Settings settings, Map<String, Demo.Trained> training, Map<String, BookScore> scores, List<Talk> talks,
                         List<InWords> inWords, double seconds) {
    }

    private final Settings settings;
    private final Consumer<String> say;
    private final BookStages stages;
    private final Map<String, BookScore> scores = new LinkedHashMap<>();
    private final List<InWords> inWords = new ArrayList<>();
    private final AnswerFiles answers;

    /**
     * Prepares the job; nothing is read before {@link #run}.
     *
     * @param settings where the parts lie and what is made of them
     * @param say      is told what happens
     * @param progress gives a listener for a stage's name and number of steps
     */
    public BookDemo(Settings settings, Consumer<String> say, Watcher progress) {
        this.settings = settings;
        this.answers = new AnswerFiles(settings.out().resolve("answers"), settings.resume());
        this.say = say;
        this.stages = new BookStages(settings, say, progress);
    }

    /**
     * Runs everything; the model is saved in {@code out/model}.
     *
     * @return scores, losses and chats, as the report shows them
     * @throws llava4j.error.UserError if a part is missing or a loss is not a number
     */
    public Result run() {
        long started = System.nanoTime();
        Path start = settings.out().resolve("start");
        Assembly.write(settings.language(), settings.encoder(), start, Design.of(ConnectorType.MLP), Optional.empty(),
                settings.seed());
        Llava model = Llava.open(start, Optional.empty());
        sayWhatComes(model);
        Path train = book("train", settings.pictures(), 1, FEW_OR_MANY);
        TrainingPlan tuning = BookStages.tuning(settings.steps().tuning(), settings.seed());
        Path heldOut = book("held-out", Math.min(HELD_OUT, settings.pictures()), 2, List.of(BookWriter.MOST_THINGS));
        Llava fresh = settings.withoutStage1() ? model.copy() : null;
        BookSuite world = BookSuite.open(model, heldOut, BookSuite.choose(heldOut, settings.questions(), settings.seed()));
        BookSuite ordinary = world.only(Split.FAMILIAR);
        inWords("before", model);
        Path instructions = withOwnWords(model, train);
        score("untrained_w", ordinary, model, Shown.PICTURE);

        FeatureStore features = stages.firstWords(model, train);
        score("first_words", ordinary, model, Shown.PICTURE);
        stages.train("stage1", Stage.FEATURE_ALIGNMENT, model, train.resolve("captions.json"), features,
                BookStages.alignment(settings.steps().alignment(), settings.seed()));
        score("stage1_only", ordinary, model, Shown.PICTURE);
        Llava aligned = settings.lora() ? model.copy() : null;
        stages.train("stage2", Stage.INSTRUCTION_TUNING, model, instructions, features, tuning);
        model.save(settings.out().resolve("model"));
        score("held_out", ordinary, model, Shown.PICTURE);
        score("held_out_pairs", world.only(Split.HELD_OUT_PAIR), model, Shown.PICTURE);
        score("held_out_concepts", world.only(Split.HELD_OUT_CONCEPT), model, Shown.PICTURE);
        score("swapped", ordinary, model, Shown.SWAPPED);
        score("blank", ordinary, model, Shown.BLANK);
        inWords("after stage 2", model);
        List<Talk> talks = Talk.about(model, heldOut);

        if (settings.withoutStage1()) {
            stages.train("without_stage1", Stage.INSTRUCTION_TUNING, fresh, instructions, features, tuning);
            score("without_stage1", ordinary, fresh, Shown.PICTURE);
        }
        if (settings.lora()) {
            Llava low = aligned.withAdapter(FreshAdapter.of(aligned.config().decoder(), FreshAdapter.ALL_LINEAR, LORA_RANK,
                    2 * LORA_RANK, LORA_DROPOUT, settings.seed()).withProjector(aligned.weights()));
            stages.train("lora", Stage.LOW_RANK_TUNING, low, instructions, features,
                    tuning.withLora(BookStages.W_RATE, LORA_DROPOUT));
            score("lora", ordinary, low, Shown.PICTURE);
            inWords("after stage 2 as LoRA", low);
        }
        return new Result(settings, stages.trained(), scores, talks, inWords, (System.nanoTime() - started) / 1e9);
    }

    /** Before anything that takes long: the sizes, the time and the memory. */
    private void sayWhatComes(Llava model) {
        TrainingPlan first = BookStages.alignment(settings.steps().alignment(), settings.seed());
        TrainingPlan second = BookStages.tuning(settings.steps().tuning(), settings.seed());
        int copies = (settings.withoutStage1() ? 1 : 0) + (settings.lora() ? 1 : 0);
        double operations = (double) first.steps() * first.batch() * Flops.of(model.config(), LENGTHS[0], SCORED[0]).stage1()
                + (1.0 + copies) * second.steps() * second.batch()
                        * Flops.of(model.config(), LENGTHS[1], SCORED[1]).stage2();
        long memory = copies * Float.BYTES * Parameters.of(model.config()).all() + Memory.training(model.config(),
                TrainingRun.of(model.config().decoder(), 2, second.batch(), LONGEST)).all();
        say.accept(String.format(Locale.ROOT, "%,d pictures; stage 1: %d steps of %d captions; stage 2%s: %d steps of %d "
                + "conversations; about %s and %.1f GB of memory here", settings.pictures(), first.steps(), first.batch(),
                List.of("", ", twice", ", three times").get(copies), second.steps(), second.batch(),
                Pace.written(Pace.measured().of(operations)), memory / (double) (1L << 30)));
    }

    /** Painted once: a run that goes on finds it there. */
    private Path book(String name, int count, int part, List<Integer> mostThings) {
        Path folder = settings.out().resolve(name);
        if (!settings.resume() || !Files.exists(folder.resolve("instructions.json"))) {
            say.accept("painting " + count + " pictures: " + folder);
            BookWriter.write(settings.emoji(), folder, 2 * settings.seed() + part, count, mostThings);
        }
        return folder;
    }

    /** Asked once: a run that goes on finds the answers there. */
    private Path withOwnWords(Llava model, Path book) {
        Path mixed = book.resolve("instructions-and-words.json");
        if (!settings.resume() || !Files.exists(mixed)) {
            say.accept("the language model's own words, to be rehearsed in stage 2: " + mixed);
            OwnWords.mix(model, book.resolve("instructions.json"), mixed);
        }
        return mixed;
    }

    private void score(String name, BookSuite exam, Llava model, Shown shown) {
        BookScore score = BookScore.of(exam, exam.judged(answers.of(name, () -> exam.answers(model, shown,
                BookSuite.LONGEST_ANSWER, (answered, all) -> { }))));
        NativeMemory.release();
        scores.put(name, score);
        say.accept(String.format(Locale.ROOT, "%s: %.1f %% of %d questions (%s)", name, 100 * score.share(),
                score.questions(), MetricsJson.line(score.byKind())));
    }

    private void inWords(String when, Llava model) {
        KeptKnowledge asked = KeptKnowledge.questionsInWords();
        InWords said = new InWords(when, answers.of("in words, " + when, () -> asked.answers(model)));
        inWords.add(said);
        say.accept(when + ", without a picture: " + asked.known(said.answers()) + " of " + asked.facts() + " facts known");
    }
}
