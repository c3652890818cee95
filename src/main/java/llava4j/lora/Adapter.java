package llava4j.lora;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.connector.Connector;
import llava4j.error.UserError;
import llava4j.graph.LowRankPath;
import llava4j.model.LlavaConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A LoRA adapter: small matrices beside some layers of a base model, and some of the base's tensors in a version of its own
 * (LLaVA trains the projector in full beside the low-rank matrices).
 *
 * <p>Laid onto a base, its arrays join the base's under names beside them ({@link LowRankPath}), and every graph that is
 * built over those parameters follows it. The base's own arrays are shared and stay as they are.
 *
 * @param modules  by the layer's name, such as {@code language_model.model.layers.0.self_attn.q_proj}
 * @param replaced tensors that stand in the base's stead, by the base's names
 * @param dropout  share of a low-rank path's input that falls out in training
 */
public record Adapter(Map<String, LowRank> modules, Map<String, INDArray> replaced, double dropout) {

    private static final int MOST_NAMED = 8;

    /**
     * {@return the parameters of base and adapter together; no array is copied}
     *
     * @param base all parameters by name
     */
    public Map<String, INDArray> onto(Map<String, INDArray> base) {
        Map<String, INDArray> all = new LinkedHashMap<>(base);
        all.putAll(replaced);
        modules.forEach((module, lowRank) -> {
            all.put(module + "." + LowRankPath.A, lowRank.a());
            all.put(module + "." + LowRankPath.B, lowRank.b());
            all.put(module + "." + LowRankPath.SCALE, Nd4j.scalar(DataType.FLOAT, lowRank.scale()));
        });
        return all;
    }

    /**
     * {@return the same adapter with the projector in a version of its own, so that it can be trained in full: the
     * adapter's, if it has one already, else a copy of the base's}
     *
     * @param base all parameters by name
     * @throws UserError if the base has another connector: an adapter's files have a place for W alone
     */
    public Adapter withProjector(Map<String, INDArray> base) {
        base.keySet().stream().filter(name -> Connector.owns(name) && !name.startsWith(AdapterNames.PROJECTOR + ".")).findFirst()
                .ifPresent(name -> {
                    throw UserError.of("LoRA goes with W: this model has another connector (%s), for which an adapter has no place: "
                            + "train it whole", name);
                });
        Map<String, INDArray> all = new LinkedHashMap<>(replaced);
        base.forEach((name, array) -> {
            if (name.startsWith(AdapterNames.PROJECTOR + ".") && !all.containsKey(name)) {
                all.put(name, array.dup());
            }
        });
        return new Adapter(modules, all, dropout);
    }

    /** {@return how many parameters it has in all} */
    public long parameters() {
        return modules.values().stream().mapToLong(LowRank::parameters).sum()
                + replaced.values().stream().mapToLong(INDArray::length).sum();
    }

    /**
     * Sees to it that every layer and every tensor exists in a base, in the right shape.
     *
     * @param base  its sizes
     * @param place what the message names, such as the adapter's folder
     * @throws UserError naming what does not fit
     */
    public void requireFits(LlavaConfig base, Object place) {
        Map<String, long[]> shapes = ExpectedTensors.of(base);
        List<String> faults = new ArrayList<>();
        modules.forEach((module, lowRank) -> {
            long[] shape = shapes.get(module + ".weight");
            // Tables of embeddings and patches are looked up or folded, not multiplied
            if (shape == null || shape.length != 2 || module.contains("embed")) {
                faults.add("the base has no linear layer " + module);
            } else if (shape[0] != lowRank.b().size(0) || shape[1] != lowRank.a().size(1)) {
                faults.add(String.format("%s is for a layer [%d, %d], the base's is %s", module, lowRank.b().size(0),
                        lowRank.a().size(1), Arrays.toString(shape)));
            }
        });
        if (base.vision() == null && replaced.keySet().stream().anyMatch(name -> name.startsWith(AdapterNames.PROJECTOR))) {
            boolean two = replaced.containsKey(AdapterNames.PROJECTOR + ".linear_2.weight");
            throw UserError.of("%s: the adapter brings a projector, and --model is a language model alone: make a LLaVA of it "
                    + "first, by assemble --language MODEL --vision CLIP --projector %s --out NEW, and give --model NEW", place,
                    two ? "mlp2x_gelu" : "linear");
        }
        replaced.forEach((name, array) -> {
            if (!shapes.containsKey(name)) {
                faults.add("the base has no tensor " + name);
            } else if (!Arrays.equals(shapes.get(name), array.shape())) {
                faults.add(name + " is " + Arrays.toString(array.shape()) + ", the base's " + Arrays.toString(shapes.get(name)));
            }
        });
        refuse(place, "the adapter does not fit --model", faults);
    }

    /** One line with all faults, or none if there are none. */
    static void refuse(Object place, String what, List<String> faults) {
        if (!faults.isEmpty()) {
            throw UserError.of("%s: %s: %s%s", place, what,
                    String.join("; ", faults.subList(0, Math.min(MOST_NAMED, faults.size()))),
                    faults.size() > MOST_NAMED ? "; and " + (faults.size() - MOST_NAMED) + " more" : "");
        }
    }
}
