package llava4j.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a run needs to continue as if it had never stopped, in one file: weights, Adam's moments, step, and a fingerprint
 * of the plan, so that a run is not continued with other settings by mistake.
 *
 * @param step        steps done
 * @param fingerprint of plan, data and model
 * @param weights     trained parameters, by name
 * @param moments     Adam's m and v, as {@code m.NAME} and {@code v.NAME}
 * @param losses      [step] loss of each step so far
 */
public record TrainingState(int step, long fingerprint, Map<String, INDArray> weights, Map<String, INDArray> moments,
                            double[] losses) {

    /**
     * Saves under a temporary name and renames: a kill at any moment leaves the state before or the state after.
     *
     * @param file replaced by the new state
     * @throws UserError if the place cannot be written
     */
    public void write(Path file) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        weights.forEach((name, array) -> arrays.put("weight." + name, array));
        moments.forEach((name, array) -> arrays.put("moment." + name, array));
        arrays.put("step", Nd4j.createFromArray(new long[] {step, fingerprint}));
        arrays.put("losses", Nd4j.createFromArray(losses));
        SafetensorsWriter.write(file, arrays);
    }

    /**
     * {@return the state in a file, or nothing if there is no file}
     *
     * @param file as {@link #write} leaves it
     * @throws UserError if the file is something else, or damaged
     */
    public static Optional<TrainingState> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Safetensors tensors = Safetensors.open(file)) {
            if (!tensors.names().contains("step") || !tensors.names().contains("losses")) {
                throw UserError.of("%s: not the state of a training run: delete it, or train without --resume", file);
            }
            Map<String, INDArray> weights = new LinkedHashMap<>();
            Map<String, INDArray> moments = new LinkedHashMap<>();
            for (String name : tensors.names()) {
                if (name.startsWith("weight.")) {
                    weights.put(name.substring("weight.".length()), tensors.get(name));
                } else if (name.startsWith("moment.")) {
                    moments.put(name.substring("moment.".length()), tensors.get(name));
                }
            }
            long[] step = tensors.get("step").toLongVector();
            return Optional.of(new TrainingState((int) step[0], step[1], weights, moments,
                    tensors.get("losses").castTo(DataType.DOUBLE).toDoubleVector()));
        }
    }
}
