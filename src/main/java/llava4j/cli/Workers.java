package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.data.FeatureFolder;
import llava4j.data.PictureEncoding;
import llava4j.train.Objective;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingPlan;

/**
 * Who does the heavy work of {@code encode} and {@code train}: this process ({@link #HERE}), or others that it asks, such as
 * those of a cluster (docs/scaling.md).
 *
 * <p>Options, checks, files and messages belong to the commands and are the same whoever works; so is the result, bit for bit.
 */
public interface Workers {

    /** This process, alone. */
    Workers HERE = new Workers() {
    };

    /**
     * Runs those pictures through the encoder whose features are not in their folder yet.
     *
     * @param model    whose encoder is used
     * @param images   folder of the pictures
     * @param features where their features are kept; knows of all that were written when this returns
     * @param names    file names of the pictures, each once
     * @param progress is told how many are done, and of how many
     * @param fault    is told of each picture that cannot be read, in one line
     * @return the pictures that cannot be read
     */
    default Set<String> encode(Llava model, Path images, FeatureFolder features, List<String> names,
                               BiConsumer<Integer, Integer> progress, Consumer<String> fault) {
        return new PictureEncoding(model, images, features).encode(names, progress, fault);
    }

    /**
     * {@return loss and gradient of each step of a run, at the model's weights as they then stand}
     *
     * @param stage which parameters learn
     * @param model its weights are trained in place
     * @param run   the samples, in batches
     * @param plan  steps, and into how many parts a batch is split
     */
    default Objective objective(Stage stage, Llava model, StageRun run, TrainingPlan plan) {
        return run.objective(plan);
    }
}
