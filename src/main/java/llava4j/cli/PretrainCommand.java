package llava4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.conversation.Tokenizer;
import llava4j.demo.MetricsJson;
import llava4j.error.UserError;
import llava4j.evaluate.Score;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.CentredFeatures;
import llava4j.pretrain.ClipPretraining;
import llava4j.pretrain.ClipRecipe;
import llava4j.picturebook.BookContrast;
import llava4j.pretrain.LanguagePretraining;
import llava4j.pretrain.NamingExam;
import llava4j.pretrain.TinyVocabulary;
import llava4j.pretrain.ToldExam;
import llava4j.pretrain.WordTokenizer;
import llava4j.train.Trainer;
import llava4j.train.TrainingPlan;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the shipped parts again. */
@Command(name = "pretrain", mixinStandardHelpOptions = true,
        description = "Make the shipped parts again: the tiny world's CLIP and Vicuna, and W with the tuned decoder.",
        subcommands = {PretrainCommand.Clip.class, PretrainCommand.Language.class, PretrainLlavaCommand.class},
        synopsisSubcommandLabel = "(clip | language | llava)")
final class PretrainCommand {

    private static final String STATE = "training-state.safetensors";

    /** Options of both. */
    static final class Run {
        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model directory to write.")
        private Path out;

        @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
                description = "Of first weights and samples (default ${DEFAULT-VALUE}).")
        private long seed;

        @Option(names = "--resume", description = "Continue a run that was stopped.")
        private boolean resume;

        @picocli.CommandLine.Mixin
        private PrecisionOption precision;

        private Path state() {
            return out.resolve(STATE);
        }

        private void prepare() {
            precision.choose();
            try {
                Files.createDirectories(out);
                if (!resume) {
                    Files.deleteIfExists(state());
                }
            } catch (IOException e) {
                throw new UserError(out + ": cannot be written: choose another --out", e);
            }
        }

        private void finish() {
            try {
                Files.deleteIfExists(state());
            } catch (IOException e) {
                throw new UserError(state() + ": cannot be removed", e);
            }
        }
    }

    @Command(name = "clip", mixinStandardHelpOptions = true,
            description = "Contrast of painted scenes and captions: the vision encoder and its text tower.")
    static final class Clip implements Callable<Integer> {
        @picocli.CommandLine.Mixin
        private Run run;

        @Option(names = "--emoji", paramLabel = "DIR",
                description = "Learn the picture book and not the tiny world: its art, as \"fetch emoji\" writes it.")
        private Path emoji;

        @Option(names = "--from", paramLabel = "DIR",
                description = "Go on with this CLIP of the picture book, on scenes that are harder to tell apart.")
        private Path from;

        @Option(names = "--patches",
                description = "With --from: patches also learn the name of what they show, for W reads the patches.")
        private boolean patches;

        @Option(names = "--learning-rate", converter = Range.Rate.class, paramLabel = "LR",
                description = "Highest rate (0.001; with --from 0.0005).")
        private Double learningRate;

        @Option(names = "--steps", converter = Range.Steps.class, paramLabel = "N",
                description = "Steps of 96 pairs (1500), in the picture book of 128 (3000; with --patches 1500).")
        private Integer steps;

        @Override
        public Integer call() {
            BookContrast book = emoji == null ? null : new BookContrast(emoji);
            if (from != null && book == null) {
                throw new UserError("--from goes on with a CLIP of the picture book: say where its art is with --emoji DIR");
            }
            if (patches && from == null) {
                throw new UserError("--patches goes on with a CLIP that knows the picture book: say which with --from DIR");
            }
            ClipRecipe recipe = book == null ? ClipRecipe.tinyWorld() : from == null ? ClipRecipe.pictureBook(book)
                    : patches ? ClipRecipe.pictureBookByPatch(book) : ClipRecipe.pictureBookGoingOn(book);
            Map<String, INDArray> weights = from == null ? ClipPretraining.fresh(recipe.config(), run.seed)
                    : ClipPretraining.known(recipe.config(), from);
            int steps = this.steps != null ? this.steps : recipe.course().steps();
            run.prepare();
            if (patches && !Files.exists(run.state())) {
                System.err.printf(Locale.ROOT, "the mean patch was %.2f times as long as a patch; now it is zero%n",
                        CentredFeatures.move(recipe, weights));
            }
            WordTokenizer.write(run.out, recipe.tokens(), true, recipe.config().text().maxPositions());
            ClipPretraining objective = new ClipPretraining(recipe, weights, Tokenizer.open(run.out), steps, run.seed);
            TrainingPlan plan = recipe.plan(steps, run.seed)
                    .withLearningRate(learningRate != null ? learningRate : recipe.course().learningRate());
            Trainer trainer = new Trainer(plan, weights, objective.trained(), recipe.course().name());
            trainer.resume(run.state());
            double[] accuracy = {0, 0};
            try (StepProgress progress = new StepProgress("pretrain clip", steps)) {
                trainer.run(objective, (step, all, loss, tokens) -> {
                    progress.onStep(step, all, loss, tokens);
                    if (step > steps - 20) {
                        accuracy[0] += objective.accuracy();
                        accuracy[1]++;
                    }
                }, run.state());
            }
            recipe.images().write(run.out.resolve("preprocessor_config.json"));
            if (book != null) {
                weights.replaceAll((name, array) -> array.castTo(DataType.HALF));      // half as large, and as good
            }
            ModelDirectoryWriter.write(run.out, recipe.config(), weights, run.out);
            run.finish();
            System.out.printf(Locale.ROOT, "pictures that find their caption among %d, %s of them near misses: %.1f %%%n",
                    recipe.batch(), recipe.course().nearMisses(), 100 * accuracy[0] / accuracy[1]);
            if (book != null) {
                NamingExam naming = NamingExam.of(recipe, book, weights, Tokenizer.open(run.out));
                System.out.printf(Locale.ROOT, "name of a single thing among all, %d pictures: %.1f %%, by a patch alone %.1f %%, "
                        + "in a style in which it never was %.1f %%%n", naming.asked(), 100 * naming.seen(),
                        100 * naming.patches(), 100 * naming.unseen());
            }
            return 0;
        }
    }

    @Command(name = "language", mixinStandardHelpOptions = true,
            description = "Text alone: a decoder that reads scenes told in words and talks about them.")
    static final class Language implements Callable<Integer> {
        @picocli.CommandLine.Mixin
        private Run run;

        @Option(names = "--steps", converter = Range.Steps.class, defaultValue = "8000", paramLabel = "N",
                description = "Steps of 32 texts (default ${DEFAULT-VALUE}).")
        private int steps;

        @Option(names = "--learning-rate", converter = Range.Rate.class, defaultValue = "0.002", paramLabel = "LR",
                description = "Highest rate (default ${DEFAULT-VALUE}).")
        private double learningRate;

        @Override
        public Integer call() {
            run.prepare();
            LlavaConfig config = LanguagePretraining.config();
            TinyVocabulary.write(run.out, false, config.decoder().maxPositions());
            Tokenizer tokenizer = Tokenizer.open(run.out);
            Map<String, INDArray> weights = LanguagePretraining.fresh(config, run.seed);
            LanguagePretraining objective = new LanguagePretraining(config, weights, tokenizer, steps, run.seed);
            TrainingPlan plan = LanguagePretraining.plan(steps, learningRate, run.seed);
            Trainer trainer = new Trainer(plan, weights, objective.trained(),
                    LanguagePretraining.settings(config, "told scenes"));
            trainer.resume(run.state());
            try (StepProgress progress = new StepProgress("pretrain language", steps)) {
                trainer.run(objective, progress, run.state());
            }
            ModelDirectoryWriter.write(run.out, config, weights, LanguagePretraining.SETTINGS, run.out);
            run.finish();
            for (boolean maps : new boolean[] {false, true}) {
                for (int things = 1; things <= 3; things++) {
                    Score score = ToldExam.score(config, weights, tokenizer, things, maps, 100);
                    System.out.printf(Locale.ROOT, "%s of %d: %.1f %% of all questions, short ones %.1f %% (%s)%n",
                            maps ? "maps" : "scenes told in words", things, 100 * score.accuracy(),
                            100 * (things == 1 ? score.shortOne() : score.shortMany()), MetricsJson.line(score.byType()));
                }
            }
            return 0;
        }
    }
}
