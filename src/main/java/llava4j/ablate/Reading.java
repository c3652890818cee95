package llava4j.ablate;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.conversation.Tokenizer;
import llava4j.execution.Threads;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.LanguagePretraining;
import llava4j.train.Trainer;
import llava4j.train.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Teaches the shipped decoder to read multiple-choice problems in words, once for each decoder: what came of it is kept, and
 * all seeds begin from it, as they all begin from one shipped decoder.
 */
public final class Reading {

    private static final double RATE = 1e-3;
    private static final long SEED = 0;

    private final Path shipped;
    private final Path out;
    private final int steps;

    /**
     * Names what is read and written; nothing is done yet.
     *
     * @param shipped the decoder to begin from
     * @param out     for the decoders that have read
     * @param steps   of 32 texts
     */
    public Reading(Path shipped, Path out, int steps) {
        this.shipped = shipped;
        this.out = out;
        this.steps = steps;
    }

    int steps() {
        return steps;
    }

    private Path place(Beginning beginning) {
        return out.resolve("read-" + beginning.decoder() + "-steps" + steps);
    }

    /** Whether nothing is left to read for a beginning. */
    boolean isDone(Beginning beginning) {
        return isLeftOut(beginning) || Alignment.isWhole(place(beginning));
    }

    private boolean isLeftOut(Beginning beginning) {
        return beginning.read().isEmpty() || steps == 0;
    }

    /** The folder of a beginning's decoder, taught now if it has not been. */
    Path decoder(Beginning beginning, TrainingListener progress) {
        if (isLeftOut(beginning)) {
            return shipped;
        }
        Path place = place(beginning);
        if (!isDone(beginning)) {
            Threads.callersOnly();
            ModelDirectory before = ModelDirectory.open(shipped, Optional.empty());
            LlavaConfig config = before.llava().withDecoderLayers(beginning.design().decoderLayers());
            Map<String, INDArray> weights = new LinkedHashMap<>();
            ExpectedTensors.of(config).keySet().forEach(name -> weights.put(name, before.weights().get(name)));
            LanguagePretraining objective = LanguagePretraining.reading(config, weights, Tokenizer.open(shipped),
                    beginning.read().get(), SEED);
            Path state = out.resolve(place.getFileName() + ".state.safetensors");
            Trainer trainer = new Trainer(LanguagePretraining.plan(steps, RATE, SEED), weights, objective.trained(),
                    LanguagePretraining.settings(config, "told problems " + beginning.decoder()));
            trainer.resume(state);
            trainer.run(objective, progress, state);
            ModelDirectoryWriter.write(place, config, weights, LanguagePretraining.SETTINGS, shipped);
            Alignment.delete(state);
        }
        return place;
    }
}
