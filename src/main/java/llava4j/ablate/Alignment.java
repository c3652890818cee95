package llava4j.ablate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.Assembly;
import llava4j.Llava;
import llava4j.connector.ConnectorType;
import llava4j.data.FeatureStore;
import llava4j.demo.Demo;
import llava4j.error.UserError;
import llava4j.model.Design;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;
import llava4j.train.TrainingPlan;

/**
 * Where a run begins: stage 1, once for each design, decoder and seed. What it made is kept as a model directory, and every
 * row that begins from it takes it from there.
 */
public final class Alignment {

    private final Path data;
    private final Path out;
    private final int steps;
    private final Reading reading;
    private final Map<String, FeatureStore> features = new HashMap<>();

    /**
     * @param data         the tiny world's folder
     * @param out          for the models
     * @param readingSteps of reading problems in words, for beginnings that ask for it
     * @param steps        of stage 1
     */
    public Alignment(Path data, Path out, int readingSteps, int steps) {
        this.data = data;
        this.reading = new Reading(data.resolve("pretrained/vicuna"), out, readingSteps);
        this.out = out;
        this.steps = steps;
    }


    /**
     * {@return the model to begin from; trained on the first call, opened from its directory on every later one}
     *
     * @param beginning what is done to it
     * @param seed      of W and of the order of the samples
     * @param progress  is told of each step; of none where all is done already
     */
    public Llava model(Beginning beginning, long seed, TrainingListener progress) {
        Design design = beginning.design();
        Path place = place(beginning, seed);
        if (beginning.stage1() && isWhole(place)) {
            return Llava.open(place, Optional.empty());
        }
        Llava model = Assembly.of(reading.decoder(beginning, progress), data.resolve("pretrained/clip"), design, seed);
        if (!beginning.stage1()) {
            return model;
        }
        StageRun run = new StageRun(Stage.FEATURE_ALIGNMENT, model, data.resolve("train/captions.json"),
                data.resolve("train/images"), Demo.alignment(steps, seed).batch(), seed,
                features.get(read(design)), Demo.LAST_BATCH);
        features.put(read(design), run.features());
        Path state = out.resolve(place.getFileName() + ".state.safetensors");
        TrainingPlan plan = Demo.alignment(steps, seed);
        run.train(plan.withLearningRate(plan.learningRate() * model.config().connector().shareOfRate()), progress, state, true);
        model.save(place);
        delete(state);
        return model;
    }

    /**
     * {@return how many steps {@link #model} would take}
     *
     * @param beginning what is done
     * @param seed      of W and of the order of the samples
     */
    public int stepsLeft(Beginning beginning, long seed) {
        return stepsLeft(Map.of(seed, List.of(beginning)));
    }

    /** Steps that are left until all of some beginnings are there, each thing once. */
    int stepsLeft(Map<Long, List<Beginning>> bySeed) {
        Map<Path, Integer> left = new HashMap<>();
        bySeed.forEach((seed, beginnings) -> beginnings.forEach(beginning -> {
            boolean aligned = isWhole(place(beginning, seed));
            if (beginning.stage1() && !aligned) {
                left.put(place(beginning, seed), steps);
            }
            if (!(beginning.stage1() && aligned) && !reading.isDone(beginning)) {
                left.put(Path.of(beginning.decoder()), reading.steps());
            }
        }));
        return left.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The features of the training pictures for a design, or {@code null} if stage 1 has not computed them. */
    FeatureStore features(Design design) {
        return features.get(read(design));
    }

    /** Which of the encoder's outputs a design reads: designs that read the same share features. */
    private static String read(Design design) {
        return "layer " + design.visionFeatureLayer() + (ConnectorType.of(design.connector()).orElseThrow().keepsClassToken()
                ? " with class token" : "");
    }

    private Path place(Beginning beginning, long seed) {
        return out.resolve("stage1-" + beginning.design().connector() + "-layer" + beginning.design().visionFeatureLayer()
                + "-" + beginning.decoder() + (beginning.read().isPresent() ? "-read" + reading.steps() : "") + "-steps"
                + steps + "-seed" + seed);
    }

    /** Whether a model directory has been written to its end. */
    static boolean isWhole(Path directory) {
        return Files.isRegularFile(directory.resolve("config.json"));      // written last
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be removed", e);
        }
    }
}
