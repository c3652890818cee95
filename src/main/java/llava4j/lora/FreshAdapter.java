package llava4j.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.error.UserError;
import llava4j.language.DecoderConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An adapter before its first step: A uniform in ±1/√in, B zero, so that the model says what it said before.
 *
 * <p>The range of A is PyTorch's for a linear layer (Kaiming, a = √5), as in peft. What one would get wrong: both random
 * changes the model before anything is learned; both zero learns nothing, since each one's gradient comes through the other.
 */
public final class FreshAdapter {

    /** Every linear layer of a decoder layer, as in LLaVA's recipe; the output head is not among them. */
    public static final List<String> ALL_LINEAR =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    private FreshAdapter() {
    }

    /**
     * Makes an adapter for the decoder.
     *
     * @param decoder sizes of the base's decoder
     * @param targets which of its linear layers are adapted, by the ends of their names, in every decoder layer
     * @param rank    r
     * @param alpha   α
     * @param dropout share of a low-rank path's input that falls out in training
     * @param seed    of A
     * @return the adapter, which changes nothing yet
     * @throws UserError naming a target that the decoder does not have
     */
    public static Adapter of(DecoderConfig decoder, List<String> targets, int rank, double alpha, double dropout, long seed) {
        Set<String> unknown = new TreeSet<>(targets);
        unknown.removeAll(ALL_LINEAR);
        if (!unknown.isEmpty() || targets.isEmpty()) {
            throw UserError.of("--lora-targets %s: a decoder layer has %s", String.join(",", targets),
                    String.join(", ", ALL_LINEAR));
        }
        Random random = new Random(seed);
        Map<String, LowRank> modules = new LinkedHashMap<>();
        layers(decoder, targets).forEach((module, shape) -> {
            modules.put(module, new LowRank(uniform(random, rank, shape[1]), Nd4j.zeros(DataType.FLOAT, shape[0], rank), alpha,
                    false));
        });
        return new Adapter(modules, Map.of(), dropout);
    }

    /** Name and shape [out, in] of each layer that is adapted. */
    private static Map<String, long[]> layers(DecoderConfig decoder, List<String> targets) {
        return ExpectedTensors.of(decoder).entrySet().stream()
                .filter(entry -> targets.stream().anyMatch(target -> entry.getKey().endsWith("." + target + ".weight")))
                .collect(Collectors.toMap(entry -> entry.getKey().replaceFirst("\\.weight$", ""), Map.Entry::getValue,
                        (a, b) -> a, LinkedHashMap::new));
    }

    private static INDArray uniform(Random random, int rank, long in) {
        float bound = (float) (1 / Math.sqrt(in));
        float[] values = new float[Math.toIntExact(rank * in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (2 * random.nextFloat() - 1) * bound;
        }
        return Nd4j.create(values, new long[] {rank, in}, DataType.FLOAT);
    }
}
