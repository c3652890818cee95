package llava4j.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * Operations of a schedule that together are one thing, a norm say, and the one step that is put in their place.
 *
 * <p>Each operation reads and writes all of a layer's features; one loop reads a row once, while it is in the processor's nearest
 * memory. What the operations hand on among each other is gone then, so they are replaced only where nothing else reads it. What one
 * would get wrong: when layers are computed twice ({@link Recomputation}), a gradient asks the first pass for a shape and the
 * second one for numbers.
 */
final class Chains {

    private final List<Step> steps;
    private final IntPredicate returned;
    private final IntFunction<INDArray> constants;
    private final Map<Integer, Integer> makers = new HashMap<>();
    private final Map<Integer, Set<Integer>> readers = new HashMap<>();
    private final List<Chain> found = new ArrayList<>();

    /**
     * Steps that one can stand for.
     *
     * @param members their places in the schedule
     * @param inputs  slots that the one step reads
     * @param outputs slots that it may be asked for; nobody may read what else the members make
     * @param place   after which it runs
     * @param step    makes it, of those outputs that are asked for
     */
    record Chain(Set<Integer> members, int[] inputs, Set<Integer> outputs, int place, Function<IntPredicate, Step> step) {

        private boolean reads(int slot) {
            return Arrays.stream(inputs).anyMatch(input -> input == slot);
        }
    }

    private Chains(List<Step> steps, IntPredicate returned, IntFunction<INDArray> constants) {
        this.steps = steps;
        this.returned = returned;
        this.constants = constants;
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
     * The steps with one in the place of each chain.
     *
     * @param steps     in order
     * @param returned  whether a slot is what a run returns
     * @param constants the array of a slot that is the same in every run, or {@code null}
     */
    static List<Step> shortened(List<Step> steps, IntPredicate returned, IntFunction<INDArray> constants) {
        Chains chains = new Chains(steps, returned, constants);
        NormChains norms = new NormChains(chains);
        chains.take(norms::layerNorm);
        chains.take(norms::rms);                               // after them: the second half of a layer norm is an RMS norm
        GateChains gates = new GateChains(chains);
        chains.take(new AttentionChains(chains)::cached);
        chains.take(new RotaryChains(chains)::rotation);
        chains.take(place -> {
            gates.product(place);
            gates.gradient(place);
        });
        return chains.replaced();
    }

    /** Looks for a kind of chain at each step that is in none yet, and keeps those that hide nothing. */
    private void take(IntConsumer look) {
        Set<Integer> taken = members();
        IntStream.range(0, steps.size()).filter(i -> !taken.contains(i)).forEach(look);
        boolean fewer = true;
        while (fewer) {                                        // what one chain no longer hides, another may still need
            Set<Integer> replaced = members();
            fewer = found.removeIf(chain -> !canStandAlone(chain, replaced));
        }
    }

    /** The steps of all chains. */
    private Set<Integer> members() {
        Set<Integer> members = new HashSet<>();
        found.forEach(chain -> members.addAll(chain.members));
        return members;
    }

    void add(Chain chain) {
        found.add(chain);
    }

    /** Whether nobody would miss what the steps hand on among each other, and all is there when it is read. */
    private boolean canStandAlone(Chain chain, Set<Integer> replaced) {
        boolean hidden = chain.members.stream().flatMapToInt(member -> Arrays.stream(steps.get(member).outputs))
                .filter(slot -> !chain.outputs.contains(slot)).noneMatch(slot -> returned.test(slot)
                        || !replaced.containsAll(read(slot)) || found.stream().anyMatch(other -> other.reads(slot)));
        boolean inTime = chain.outputs.stream().flatMap(slot -> read(slot).stream()).allMatch(reader ->
                chain.members.contains(reader) || reader > chain.place) && found.stream().allMatch(other ->
                other.place < chain.place || other.outputs.stream().noneMatch(chain::reads));
        return hidden && inTime && chain.members.stream().map(steps::get).allMatch(step -> step.types[0] == DataType.FLOAT
                || step.name().equals("shape_of"));
    }

    private List<Step> replaced() {
        Set<Integer> gone = members();
        IntPredicate needed = slot -> returned.test(slot) || !gone.containsAll(read(slot))
                || found.stream().anyMatch(chain -> chain.reads(slot));
        Map<Integer, List<Step>> after = new HashMap<>();
        found.forEach(chain -> after.computeIfAbsent(chain.place, place -> new ArrayList<>()).add(chain.step.apply(needed)));
        List<Step> all = new ArrayList<>(after.getOrDefault(-1, List.of()));
        for (int i = 0; i < steps.size(); i++) {
            if (!gone.contains(i)) {
                all.add(steps.get(i));
            }
            all.addAll(after.getOrDefault(i, List.of()));
        }
        return all;
    }

    Step step(int place) {
        return steps.get(place);
    }

    /** The steps that read a slot. */
    Set<Integer> read(int slot) {
        return readers.getOrDefault(slot, Set.of());
    }

    /** Where one step for these can run: as early as its first member, if all that it reads is there by then. */
    int place(Set<Integer> members, int[] inputs) {
        return Math.max(Collections.min(members),
                Arrays.stream(inputs).map(slot -> makers.getOrDefault(slot, -1)).max().orElse(-1));
    }

    /** A weight or constant; {@code null} for what is computed or given. */
    INDArray constant(int slot) {
        return constants.apply(slot);
    }

    // All that follows passes on that something was not found: null

    Integer input(Integer step, int which) {
        return step == null || steps.get(step).inputs.length <= which ? null : Integer.valueOf(steps.get(step).inputs[which]);
    }

    Integer output(Integer step, int which) {
        return step == null || steps.get(step).outputs.length <= which ? null : Integer.valueOf(steps.get(step).outputs[which]);
    }

    /** Of the two inputs of a step, the one that is not {@code slot}. */
    Integer other(Integer step, Integer slot) {
        return Objects.equals(input(step, 0), slot) ? input(step, 1) : input(step, 0);
    }

    boolean is(String operation, Integer step) {
        return step != null && steps.get(step).name().equals(operation) && !(steps.get(step) instanceof Widened);
    }

    /** The step that makes a slot, if it is this operation. */
    Integer made(String operation, Integer slot) {
        Integer maker = slot == null ? null : makers.get(slot);
        return is(operation, maker) ? maker : null;
    }

    /** The only step that reads a slot, if it is this operation. */
    Integer reader(String operation, Integer slot) {
        Set<Integer> all = slot == null ? Set.of() : read(slot);
        return all.size() == 1 && is(operation, all.iterator().next()) ? all.iterator().next() : null;
    }

    boolean reads(Integer step, Integer... slots) {
        return step != null && IntStream.range(0, slots.length).allMatch(i -> Objects.equals(input(step, i), slots[i]));
    }

    /** The number that a step adds, multiplies by or raises to: not a number if it has none. */
    float number(int step) {
        return steps.get(step).operation instanceof ScalarOp of ? of.scalar().getFloat(0) : Float.NaN;
    }
}
