package llava4j.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * A layer's results are forgotten once the forward pass has gone on, and computed anew just before its backward pass.
 *
 * <p>Only the arrays between layers are kept, so that of L layers' activations one layer's are in memory at a time. The price is
 * a second forward pass (Chen et al., arXiv 1604.06174): a third more arithmetic where all weights learn and the backward pass
 * is two forward passes' worth, half as much again in stage 1, where no weight of a layer has a gradient; there the time of a
 * gradient was measured at 1.7 times. The steps of a layer are those between two kept results; each step that the backward pass reads, and what it needs of the same layer, is put into the schedule
 * again with slots of its own. The same operations on the same numbers give the same bits. What one would get wrong: a
 * result that several layers read, such as the rotary table, belongs to none of them; it is kept.
 */
final class Recomputation {

    private final List<Step> steps;
    private final int forward;
    private final IntSupplier newSlot;
    /** For each slot that may be forgotten, the layer that makes it. */
    private final Map<Integer, Integer> layerOf = new HashMap<>();
    private final Map<Integer, Integer> copies = new HashMap<>();

    private Recomputation(List<Step> steps, int forward, Set<Integer> kept, IntSupplier newSlot) {
        this.steps = steps;
        this.forward = forward;
        this.newSlot = newSlot;
        int layer = -1;
        for (Step step : steps.subList(0, forward)) {
            boolean last = Arrays.stream(step.outputs).anyMatch(kept::contains);
            if (layer >= 0 && layer < kept.size() - 1 && !last) {
                for (int slot : step.outputs) {
                    layerOf.put(slot, layer);
                }
            }
            layer += last ? 1 : 0;
        }
        keepWhatIsShared(kept);
    }

    /** A result that a step of another layer reads. */
    private void keepWhatIsShared(Set<Integer> kept) {
        int layer = -1;
        for (Step step : steps.subList(0, forward)) {
            for (int input : step.inputs) {
                if (layerOf.containsKey(input) && layerOf.get(input) != layer) {
                    layerOf.remove(input);
                }
            }
            layer += Arrays.stream(step.outputs).anyMatch(kept::contains) ? 1 : 0;
        }
    }

    /**
     * The schedule with layers computed twice.
     *
     * @param steps   forward, then backward
     * @param forward number of forward steps
     * @param kept    slots of the arrays between layers, the first layer's input and the last one's output among them
     * @param newSlot numbers a slot that is not yet taken
     * @return steps in order
     */
    static List<Step> of(List<Step> steps, int forward, Set<Integer> kept, IntSupplier newSlot) {
        return new Recomputation(steps, forward, kept, newSlot).steps();
    }

    private List<Step> steps() {
        Map<Integer, Set<Integer>> needed = new HashMap<>();          // by layer, the slots that its backward pass reads
        steps.subList(forward, steps.size()).forEach(step -> read(step).forEach(slot ->
                needed.computeIfAbsent(layerOf.get(slot), layer -> new HashSet<>()).add(slot)));
        Map<Integer, List<Step>> again = new TreeMap<>();
        needed.forEach((layer, slots) -> again.put(layer, again(slots)));
        List<Step> all = new ArrayList<>(steps.subList(0, forward));
        for (Step step : steps.subList(forward, steps.size())) {
            for (int slot : read(step)) {
                List<Step> layer = again.remove(layerOf.get(slot));
                all.addAll(layer == null ? List.of() : layer);
            }
            all.add(step.at(copied(step), step.outputs));
        }
        return all;
    }

    /** The forgotten slots whose numbers a step reads. */
    private List<Integer> read(Step step) {
        return IntStream.range(0, step.inputs.length).filter(step::readsNumbers).map(i -> step.inputs[i])
                .filter(layerOf::containsKey).boxed().toList();
    }

    /** A step's inputs, in their copies where the numbers count; of a forgotten slot the shape is still known. */
    private int[] copied(Step step) {
        return IntStream.range(0, step.inputs.length).map(i -> step.readsNumbers(i)
                ? copies.getOrDefault(step.inputs[i], step.inputs[i]) : step.inputs[i]).toArray();
    }

    /** The steps that make these slots and whatever of the same layer they need, with slots of their own. */
    private List<Step> again(Set<Integer> wanted) {
        List<Step> chosen = new ArrayList<>();
        Set<Integer> open = new HashSet<>(wanted);
        for (int i = forward - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (Arrays.stream(step.outputs).anyMatch(open::contains)) {
                chosen.add(step);
                Arrays.stream(step.inputs).filter(layerOf::containsKey).forEach(open::add);
            }
        }
        Collections.reverse(chosen);
        List<Step> again = new ArrayList<>();
        for (Step step : chosen) {
            int[] outputs = IntStream.of(step.outputs).map(slot -> copies.computeIfAbsent(slot, s -> newSlot.getAsInt())).toArray();
            int[] inputs = IntStream.of(step.inputs).map(slot -> copies.getOrDefault(slot, slot)).toArray();
            again.add(step.at(inputs, outputs));
        }
        return again;
    }
}
