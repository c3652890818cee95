package llava4j.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * Finds the operations that together are a norm, or a norm's gradient, and puts one step in their place.
 *
 * <p>An RMS norm is written as six operations and its gradient is twelve, each of which reads and writes all of a layer's
 * features; in one loop a row is read once, while it is in the processor's nearest memory. What the operations between hand on
 * is gone then, so they are replaced only where nothing else reads it. What one would get wrong: when layers are computed twice
 * ({@link Recomputation}), a gradient asks the first pass for a shape and the second one for numbers.
 */
final class NormChains {

    private final List<Step> steps;
    private final IntPredicate returned;
    private final Map<Integer, Integer> makers = new HashMap<>();
    private final Map<Integer, Set<Integer>> readers = new HashMap<>();
    private final List<Chain> chains = new ArrayList<>();

    /**
     * Steps that one can stand for.
     *
     * @param members their places in the schedule
     * @param inner   slots that nobody may read any more
     * @param inputs  slots that the one step reads
     * @param outputs slots that it may be asked for
     * @param place   after which it runs
     * @param step    makes it, of those outputs that are asked for
     */
    private record Chain(Set<Integer> members, Set<Integer> inner, Set<Integer> inputs, Set<Integer> outputs, int place,
                         Function<IntPredicate, Step> step) {
    }

    private NormChains(List<Step> steps, IntPredicate returned) {
        this.steps = steps;
        this.returned = returned;
        for (int i = 0; i < steps.size(); i++) {
            for (int slot : steps.get(i).outputs) {
                makers.put(slot, i);
            }
            for (int slot : steps.get(i).inputs) {
                readers.computeIfAbsent(slot, s -> new TreeSet<>()).add(i);
            }
        }
    }

    /**
     * The steps with their norms shortened.
     *
     * @param steps    in order
     * @param returned whether a slot is what a run returns
     */
    static List<Step> shortened(List<Step> steps, IntPredicate returned) {
        NormChains norms = new NormChains(steps, returned);
        IntStream.range(0, steps.size()).forEach(norms::layerNorm);
        norms.keepThoseThatCanStandAlone();
        IntStream.range(0, steps.size()).filter(i -> norms.chains.stream().noneMatch(chain -> chain.members.contains(i)))
                .forEach(norms::rms);                          // the second half of a layer norm is an RMS norm
        norms.keepThoseThatCanStandAlone();
        return norms.replaced();
    }

    private void keepThoseThatCanStandAlone() {
        while (chains.removeIf(chain -> !canStandAlone(chain))) {
            // what one chain no longer hides, another may still need
        }
    }

    /** y = multiply(x, gain), gain = rsqrt(mean(x x) + ε) γ. */
    private void rms(int y) {
        Integer x = input(y, 0);
        Integer outer = made("matmul", input(y, 1));
        Integer root = made("rsqrt", input(outer, 0));
        Integer sum = made("add_scalar", input(root, 0));
        Integer mean = made("reduce_mean", input(sum, 0));
        Integer square = made("multiply", input(mean, 0));
        if (square == null || !is("multiply", y) || !reads(square, x, x) || !ofRows(mean)) {
            return;
        }
        int gamma = input(outer, 1);
        int inverse = output(root, 0);
        int gain = output(outer, 0);
        float epsilon = number(sum);
        chains.add(new Chain(Set.of(y, outer, root, sum, mean, square),
                Set.of(output(sum, 0), output(mean, 0), output(square, 0)), Set.of(x, gamma),
                Set.of(output(y, 0), inverse, gain), y, needed -> new RmsNormRows(steps.get(y), new int[] {x, gamma}, epsilon,
                        IntStream.of(output(y, 0), inverse, gain).map(slot -> needed.test(slot) ? slot : -1).toArray())));
        readers.getOrDefault(gain, Set.of()).forEach(reader -> rmsGradient(reader, x, gain, outer, sum));
    }

    /** The backward pass of what {@link #rms} finds, down to the sum of all gradients of x. */
    private void rmsGradient(int ofProduct, int x, int gain, int outer, int sum) {
        Integer ofOuter = reader("matmul_bp", output(ofProduct, 1));
        Integer ofRoot = reader("multiply", output(ofOuter, 0));
        Integer scaled = made("mul_scalar", input(ofRoot, 1));
        Integer power = made("pow", input(scaled, 0));
        Integer ofMean = reader("reduce_mean_bp", output(ofRoot, 0));
        Integer ofSquare = reader("multiply_bp", output(ofMean, 0));
        Integer first = reader("add", output(ofProduct, 0));
        if (ofSquare == null || first == null || power == null || !is("multiply_bp", ofProduct) || !reads(ofProduct, x, gain)
                || !reads(ofOuter, input(outer, 0), input(outer, 1)) || !reads(ofSquare, x, x) || !reads(power, output(sum, 0))
                || number(power) != -1.5f || number(scaled) != -0.5f) {
            return;
        }
        Integer before = output(ofSquare, 0).equals(other(first, output(ofProduct, 0))) ? null : other(first, output(ofProduct, 0));
        Integer second = before == null ? first : reader("add", output(first, 0));
        Integer last = reader("add", output(second, 0));
        if (last == null || !reads(second, before == null ? output(ofProduct, 0) : output(first, 0), output(ofSquare, 0))
                || !reads(last, output(second, 0), output(ofSquare, 1))) {
            return;
        }
        Set<Integer> members = new HashSet<>(List.of(ofProduct, ofOuter, ofRoot, scaled, power, ofMean, ofSquare, first, second,
                last));
        int gradient = output(last, 0);
        int ofGamma = output(ofOuter, 1);
        Set<Integer> inner = new HashSet<>();
        members.forEach(member -> Arrays.stream(steps.get(member).outputs).forEach(inner::add));
        inner.removeAll(Set.of(gradient, ofGamma));
        int[] inputs = IntStream.concat(IntStream.of(x, input(outer, 0), input(outer, 1), input(ofProduct, 2)),
                before == null ? IntStream.empty() : IntStream.of(before)).toArray();
        int place = Arrays.stream(inputs).map(slot -> makers.getOrDefault(slot, -1)).max().orElseThrow();
        chains.add(new Chain(members, inner, slots(inputs), Set.of(gradient, ofGamma), place, needed -> new RmsNormRowsGradient(
                steps.get(last), inputs, needed.test(ofGamma) ? new int[] {gradient, ofGamma} : new int[] {gradient})));
    }

    /** y = add(multiply(c, gain), β), c = x − mean(x), gain = rsqrt(mean(c c) + ε) γ. */
    private void layerNorm(int y) {
        Integer scaled = made("multiply", input(y, 0));
        Integer centred = made("subtract", input(scaled, 0));
        Integer mean = made("reduce_mean", input(centred, 1));
        Integer outer = made("matmul", input(scaled, 1));
        Integer root = made("rsqrt", input(outer, 0));
        Integer sum = made("add_scalar", input(root, 0));
        Integer variance = made("reduce_mean", input(sum, 0));
        Integer square = made("multiply", input(variance, 0));
        if (square == null || mean == null || !is("add", y) || !reads(mean, input(centred, 0))
                || !reads(square, output(centred, 0), output(centred, 0)) || !ofRows(mean) || !ofRows(variance)) {
            return;
        }
        Set<Integer> members = Set.of(y, scaled, centred, mean, outer, root, sum, variance, square);
        Set<Integer> inner = new HashSet<>();
        members.forEach(member -> inner.add(output(member, 0)));
        inner.remove(output(y, 0));
        int[] inputs = {input(centred, 0), input(outer, 1), input(y, 1)};
        float epsilon = number(sum);
        chains.add(new Chain(members, inner, slots(inputs), Set.of(output(y, 0)), y,
                needed -> new LayerNormRows(steps.get(y), inputs, epsilon)));
    }

    /** Whether nobody would miss what the steps hand on among each other, and all is there when it is read. */
    private boolean canStandAlone(Chain chain) {
        Set<Integer> replaced = new HashSet<>();
        chains.forEach(other -> replaced.addAll(other.members));
        boolean hidden = chain.inner.stream().noneMatch(slot -> returned.test(slot) || !replaced.containsAll(read(slot))
                || chains.stream().anyMatch(other -> other.inputs.contains(slot)));
        boolean inTime = chain.outputs.stream().flatMap(slot -> read(slot).stream()).allMatch(reader ->
                chain.members.contains(reader) || reader > chain.place);
        return hidden && inTime && chain.members.stream().allMatch(member -> steps.get(member).types[0] == DataType.FLOAT);
    }

    private List<Step> replaced() {
        Set<Integer> gone = new HashSet<>();
        chains.forEach(chain -> gone.addAll(chain.members));
        IntPredicate needed = slot -> returned.test(slot) || !gone.containsAll(read(slot))
                || chains.stream().anyMatch(chain -> chain.inputs.contains(slot));
        Map<Integer, List<Step>> after = new HashMap<>();
        chains.forEach(chain -> after.computeIfAbsent(chain.place, place -> new ArrayList<>()).add(chain.step.apply(needed)));
        List<Step> all = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (!gone.contains(i)) {
                all.add(steps.get(i));
            }
            all.addAll(after.getOrDefault(i, List.of()));
        }
        return all;
    }

    private static Set<Integer> slots(int[] slots) {
        Set<Integer> set = new HashSet<>();
        Arrays.stream(slots).forEach(set::add);
        return set;
    }

    private Set<Integer> read(int slot) {
        return readers.getOrDefault(slot, Set.of());
    }

    // All that follows passes on that something was not found: null

    private Integer input(Integer step, int which) {
        return step == null || steps.get(step).inputs.length <= which ? null : Integer.valueOf(steps.get(step).inputs[which]);
    }

    private Integer output(Integer step, int which) {
        return step == null || steps.get(step).outputs.length <= which ? null : Integer.valueOf(steps.get(step).outputs[which]);
    }

    /** Of the two inputs of a step, the one that is not {@code slot}. */
    private Integer other(Integer step, Integer slot) {
        return Objects.equals(input(step, 0), slot) ? input(step, 1) : input(step, 0);
    }

    private boolean is(String operation, Integer step) {
        return step != null && steps.get(step).name().equals(operation) && !(steps.get(step) instanceof Widened);
    }

    /** The step that makes a slot, if it is this operation. */
    private Integer made(String operation, Integer slot) {
        Integer maker = makers.get(slot);
        return is(operation, maker) ? maker : null;
    }

    /** The only step that reads a slot, if it is this operation. */
    private Integer reader(String operation, Integer slot) {
        Set<Integer> all = slot == null ? Set.of() : read(slot);
        return all.size() == 1 && is(operation, all.iterator().next()) ? all.iterator().next() : null;
    }

    private boolean reads(Integer step, Integer... slots) {
        return step != null && IntStream.range(0, slots.length).allMatch(i -> Objects.equals(input(step, i), slots[i]));
    }

    /** Whether a mean is each row's, and stays a column. */
    private boolean ofRows(int mean) {
        return steps.get(mean).operation instanceof BaseReduceOp of && of.isKeepDims() && of.dimensions() != null
                && of.dimensions().length() == 1 && of.dimensions().getInt(0) == 1;
    }

    private float number(int step) {
        return steps.get(step).operation instanceof ScalarOp of ? of.scalar().getFloat(0) : Float.NaN;
    }
}
