package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.ablate.Alignment;
import llava4j.ablate.Beginning;
import llava4j.ablate.ScienceTuning;
import llava4j.evaluate.scienceqa.Accuracy;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.evaluate.scienceqa.TinySolver;
import llava4j.model.Design;
import llava4j.tinyworld.ScienceWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** ScienceQA in miniature. */
@Command(name = "science", mixinStandardHelpOptions = true,
        description = "ScienceQA in miniature: make its problems, or fine-tune a model on them and examine it.",
        subcommands = {ScienceCommand.Data.class, ScienceCommand.Run.class}, synopsisSubcommandLabel = "(data | run)")
final class ScienceCommand {

    @Command(name = "data", mixinStandardHelpOptions = true,
            description = "Make the problems: problems.json and pid_splits.json, in ScienceQA's layout.")
    static final class Data implements Callable<Integer> {

        @Option(names = "--world", defaultValue = "tiny-data", paramLabel = "DIR",
                description = "Holds train, validation and held-out (default ${DEFAULT-VALUE}).")
        private Path world;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Made if need be.")
        private Path out;

        @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default ${DEFAULT-VALUE}.")
        private long seed;

        @Option(names = "--train", converter = Range.Count.class, defaultValue = "2000", paramLabel = "N",
                description = "Default ${DEFAULT-VALUE}.")
        private int train;

        @Option(names = "--validation", converter = Range.CountOrNone.class, defaultValue = "100", paramLabel = "N",
                description = "Default ${DEFAULT-VALUE}.")
        private int validation;

        @Option(names = "--test", converter = Range.Count.class, defaultValue = "400", paramLabel = "N",
                description = "Default ${DEFAULT-VALUE}.")
        private int test;

        @Override
        public Integer call() {
            ScienceWriter.write(world, out, seed, train, validation, test);
            System.out.println(train + validation + test + " problems in " + out);
            return 0;
        }
    }

    @Command(name = "run", mixinStandardHelpOptions = true,
            description = "Fine-tune a model (as in the paper, one that stage 1 has aligned) on the problems and examine it: "
                    + "with picture and text, with either alone, and together with a solver without eyes.")
    static final class Run implements Callable<Integer> {

        private static final String STATE = "science";

        @Option(names = "--model", paramLabel = "DIR",
                description = "The model to fine-tune (default: the tiny world's parts, after reading and stage 1).")
        private Path model;

        @Mixin
        private PictureOptions pictures;

        @Option(names = "--world", defaultValue = "tiny-data", paramLabel = "DIR",
                description = "Without --model: holds pretrained and train (default ${DEFAULT-VALUE}).")
        private Path world;

        @Option(names = "--reading-steps", converter = Range.StepsOrNone.class, defaultValue = "1500", paramLabel = "N",
                description = "Without --model: steps in which the decoder first learns to read problems in words (default "
                        + "${DEFAULT-VALUE}).")
        private int readingSteps;

        @Option(names = "--stage1-steps", converter = Range.Steps.class, defaultValue = "400", paramLabel = "N",
                description = "Without --model: steps of stage 1 (default ${DEFAULT-VALUE}).")
        private int stage1Steps;

        @Option(names = "--data", defaultValue = "tiny-data/science", paramLabel = "DIR",
                description = "Holds problems.json and pid_splits.json (default ${DEFAULT-VALUE}).")
        private Path data;

        @Option(names = "--images", defaultValue = "tiny-data", paramLabel = "DIR",
                description = "Folder of the pictures (default ${DEFAULT-VALUE}).")
        private Path images;

        @Option(names = "--out", defaultValue = "target/science", paramLabel = "DIR",
                description = "For the tuned model (default ${DEFAULT-VALUE}).")
        private Path out;

        @Option(names = "--steps", converter = Range.Steps.class, defaultValue = "300", paramLabel = "N",
                description = "Steps of 32 problems (default ${DEFAULT-VALUE}).")
        private int steps;

        @Option(names = "--format", defaultValue = "reasoning_first", paramLabel = "FORMAT",
                description = "reasoning_first or answer_first (default ${DEFAULT-VALUE}).")
        private ProblemFormat format;

        @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
                description = "Of the samples' order (default ${DEFAULT-VALUE}).")
        private long seed;

        @Option(names = "--resume", description = "Continue a run that was stopped; the other options must be as before.")
        private boolean resume;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Spec
        private picocli.CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            if (format == ProblemFormat.CQM) {
                throw new ParameterException(spec.commandLine(), "--format cqm: is for models that are not tuned on the problems "
                        + "(evaluate --format cqm); here there are reasoning_first and answer_first");
            }
            ScienceTuning tuning = new ScienceTuning(data, images, out);
            Llava llava = pictures.asked(model != null ? Llava.open(model, Optional.empty()) : aligned());
            if (!resume) {
                tuning.forget(STATE);
            }
            try (StepProgress progress = new StepProgress("science", steps)) {
                tuning.tune(llava, format, steps, seed, STATE, progress);
            }
            llava.save(out.resolve("model"));
            Map<String, Accuracy> found = tuning.exam(llava).all(llava, new TinySolver());
            ObjectNode result = new ObjectMapper().createObjectNode();
            found.forEach((name, accuracy) -> result.set(name, ScienceReport.json(accuracy)));
            System.out.println(json ? result.toPrettyString() : ScienceReport.table(found));
            return 0;
        }

        private Llava aligned() {
            Beginning beginning = new Beginning(Design.PAPER, Optional.of(format), true);
            Alignment alignment = new Alignment(world, out, readingSteps, stage1Steps);
            return alignment.model(beginning, seed, new LongProgress(alignment.stepsLeft(beginning, seed)));
        }
    }
}
