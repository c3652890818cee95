package llava4j.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.error.UserError;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a run needs to continue as if it had never stopped, in one file: weights, Adam's moments, losses, step, and the
 * settings of the run.
 *
 * <p>It is read as strictly as a checkpoint: a checksum over the whole file, then the settings, then every name, shape and
 * type. What one would get wrong: a flipped bit or a float64 moment would be taken up silently and end in another model.
 *
 * @param step     steps done
 * @param settings of the run
 * @param weights  trained parameters, by name
 * @param moments  Adam's m and v, as {@code m.NAME} and {@code v.NAME}
 * @param losses   [step] loss of each step so far
 */
record TrainingState(int step, RunSettings settings, Map<String, INDArray> weights, Map<String, INDArray> moments,
                     double[] losses) {

    private static final String WEIGHT = "weight.";
    private static final String MOMENT = "moment.";
    private static final String REMEDY = ": start without --resume";

    /**
     * Saves under a temporary name and renames: a kill at any moment leaves the state before or the state after.
     *
     * @param file replaced by the new state
     * @throws UserError if the place cannot be written
     */
    void write(Path file) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        weights.forEach((name, array) -> arrays.put(WEIGHT + name, array));
        moments.forEach((name, array) -> arrays.put(MOMENT + name, array));
        arrays.put("step", Nd4j.createFromArray(new long[] {step}));
        arrays.put("losses", Nd4j.createFromArray(losses));
        SafetensorsWriter.writeSealed(file, arrays, settings.metadata());
    }

    /**
     * {@return the state in a file, or nothing if there is no file}
     *
     * @param file     as {@link #write} leaves it
     * @param settings of the run that is to go on
     * @param steps    of the whole run
     * @param trained  the run's parameters, by name, in the shapes that the state must have
     * @throws UserError if the file is something else, damaged, or of another run; nothing has been changed then
     */
    static Optional<TrainingState> read(Path file, RunSettings settings, int steps, Map<String, INDArray> trained) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Safetensors tensors = Safetensors.openSealed(file)) {
            settings.differenceTo(RunSettings.ofMetadata(tensors.metadata())).ifPresent(difference -> {
                throw UserError.of("%s: is of another run: %s", file, difference);
            });
            requireTensors(file, tensors, trained);
            long step = tensors.get("step").getLong(0);
            double[] losses = tensors.get("losses").toDoubleVector();
            if (step < 1 || step > steps || losses.length != step || !Arrays.stream(losses).allMatch(Double::isFinite)) {
                throw UserError.of("%s: says step %d of %d and holds %d losses%s", file, step, steps, losses.length, REMEDY);
            }
            return Optional.of(new TrainingState((int) step, settings, named(tensors, WEIGHT), named(tensors, MOMENT), losses));
        } catch (UserError e) {
            throw e.getMessage().contains("--resume") ? e : new UserError(e.getMessage() + REMEDY, e);
        }
    }

    private static Map<String, INDArray> named(Safetensors tensors, String prefix) {
        return tensors.names().stream().filter(name -> name.startsWith(prefix)).collect(Collectors.toMap(
                name -> name.substring(prefix.length()), tensors::get, (a, b) -> a, LinkedHashMap::new));
    }

    /** Every name, shape and type at once; numbers are never converted, since that would change the result. */
    private static void requireTensors(Path file, Safetensors tensors, Map<String, INDArray> trained) {
        Map<String, String> expected = new TreeMap<>();
        trained.forEach((name, array) -> List.of(WEIGHT, MOMENT + "m.", MOMENT + "v.").forEach(prefix ->
                expected.put(prefix + name, "F32 " + Arrays.toString(array.shape()))));
        expected.put("step", "I64 [1]");
        Map<String, String> found = new TreeMap<>();
        for (String name : tensors.names()) {
            long[] shape = tensors.shape(name);
            found.put(name, tensors.type(name) + " " + Arrays.toString(shape));
            if (name.equals("losses") && shape.length == 1) {
                expected.put(name, "F64 [" + shape[0] + "]");       // their number is held against the step
            }
        }
        expected.putIfAbsent("losses", "F64 [step]");
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        List<String> wrong = names.stream().filter(name -> !expected.getOrDefault(name, "none").equals(found.get(name)))
                .map(name -> name + " is " + found.getOrDefault(name, "missing") + ", need "
                        + expected.getOrDefault(name, "none")).collect(Collectors.toList());
        if (!wrong.isEmpty()) {
            throw UserError.of("%s: %s%s%s", file, String.join("; ", wrong.subList(0, Math.min(5, wrong.size()))),
                    wrong.size() > 5 ? "; and " + (wrong.size() - 5) + " more" : "", REMEDY);
        }
    }
}
