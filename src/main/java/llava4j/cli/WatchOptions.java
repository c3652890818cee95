package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.data.SampleRules;
import llava4j.train.Stage;
import llava4j.train.TrainingListener;
import llava4j.watch.Checkpoints;
import llava4j.watch.TrainingLog;
import llava4j.watch.Validation;
import llava4j.watch.WatchedRun;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What one wants to see of a training run, and how often it is saved. */
final class WatchOptions {

    @Option(names = "--validation", paramLabel = "FILE",
            description = "Held-out samples: their loss and three answers are shown and logged (at most 200 of them are used).")
    private Path validation;

    @Option(names = "--validation-images", paramLabel = "DIR", description = "Folder of their pictures (default --images).")
    private Path validationImages;

    @Option(names = "--validate-every", converter = Range.Steps.class, paramLabel = "N",
            description = "Steps between two validations (default 100); one more after the last step.")
    private Integer validateEvery;

    @Option(names = "--save-every", converter = Range.Steps.class, defaultValue = "100", paramLabel = "N",
            description = "Steps between two saved states, from which --resume goes on (default ${DEFAULT-VALUE}).")
    int saveEvery;

    @Option(names = "--checkpoint-every", converter = Range.Steps.class, paramLabel = "N",
            description = "Writes a model directory checkpoint-STEP in --out every N steps (default: none).")
    private Integer checkpointEvery;

    @Option(names = "--keep", converter = Range.Count.class, paramLabel = "K",
            description = "How many of them are kept, the last (default 2).")
    private Integer keep;

    /** What can be said before anything is opened. */
    void check(CommandLine command) {
        if (validation == null && (validationImages != null || validateEvery != null)) {
            throw new ParameterException(command, "--validation FILE is missing: it names the held-out samples");
        }
        if (keep != null && checkpointEvery == null) {
            throw new ParameterException(command, "--checkpoint-every N is missing: --keep is how many of them are kept");
        }
    }

    /** The held-out samples, checked and encoded, if there are any. */
    Optional<Validation> validation(Stage stage, Llava model, Path images, SampleRules rules) {
        return Optional.ofNullable(validation).map(file -> new Validation(stage, model, file,
                validationImages != null ? validationImages : images, rules));
    }

    /** Watches a run. */
    WatchedRun watch(TrainingListener progress, Llava model, Path out, int stepsAnEpoch, List<String> notes,
                     Optional<Validation> held) {
        return new WatchedRun(progress, new TrainingLog(out, stepsAnEpoch, notes), held,
                validateEvery != null ? validateEvery : 100,
                Optional.ofNullable(checkpointEvery).map(n -> new Checkpoints(out, n, keep != null ? keep : 2, model::save)),
                System.err::println);
    }
}
