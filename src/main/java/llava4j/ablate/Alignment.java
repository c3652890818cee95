package llava4j.ablate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import llava4j.Llava;
import llava4j.data.FeatureStore;
import llava4j.demo.Demo;
import llava4j.error.UserError;
import llava4j.model.Design;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;

/**
 * Stage 1, once for each design and seed: what it made is kept as a model directory, and every row that begins from it
 * takes it from there.
 */
public final class Alignment {

    private final Path data;
    private final Path out;
    private final int steps;
    private final Map<Integer, FeatureStore> features = new HashMap<>();

    /**
     * @param data  the tiny world's folder
     * @param out   for the models
     * @param steps of stage 1
     */
    public Alignment(Path data, Path out, int steps) {
        this.data = data;
        this.out = out;
        this.steps = steps;
    }

    /** The model before stage 1: W is random. */
    Llava unaligned(Design design, long seed) {
        return Llava.assemble(data.resolve("pretrained/vicuna"), data.resolve("pretrained/clip"), design, seed);
    }

    /**
     * {@return the model after stage 1; trained on the first call, opened from its directory on every later one}
     *
     * @param design   W's form, the encoder's layer and the decoder's depth
     * @param seed     of W and of the order of the samples
     * @param progress is told of each step; of none where stage 1 is done already
     */
    public Llava aligned(Design design, long seed, TrainingListener progress) {
        Path place = place(design, seed);
        if (isDone(design, seed)) {
            return Llava.open(place, Optional.empty());
        }
        Llava model = unaligned(design, seed);
        StageRun run = new StageRun(Stage.FEATURE_ALIGNMENT, model, data.resolve("train/captions.json"),
                data.resolve("train/images"), Demo.alignment(steps, seed).batch(), seed,
                features.get(design.visionFeatureLayer()));
        features.put(design.visionFeatureLayer(), run.features());
        Path state = out.resolve(place.getFileName() + ".state.safetensors");
        run.train(Demo.alignment(steps, seed), progress, state, true);
        model.save(place);
        delete(state);
        return model;
    }

    /** Whether stage 1 of a design and seed lies there already. */
    boolean isDone(Design design, long seed) {
        return Files.isRegularFile(place(design, seed).resolve("config.json"));      // written last
    }

    /** The features of the training pictures for a design, or {@code null} if stage 1 has not computed them. */
    FeatureStore features(Design design) {
        return features.get(design.visionFeatureLayer());
    }

    private Path place(Design design, long seed) {
        return out.resolve("stage1-" + design.projector() + "-layer" + design.visionFeatureLayer() + "-decoder"
                + design.decoderLayers() + "-steps" + steps + "-seed" + seed);
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be removed", e);
        }
    }
}
