package llava4j.execution;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A step that reads weights kept in 16 bits: they are widened to float32 for this step and forgotten after it.
 *
 * <p>So one matrix at a time is wide, in training too, where the backward pass reads every frozen matrix a second time.
 * What one would get wrong: to widen once and let the backward pass read the same array, as SameDiff's own session does;
 * then all of the model is in memory in float32 between the two.
 */
final class Widened extends Step {

    private final List<Step> widenings;
    private final Step reader;

    /**
     * @param widenings each writes one of the reader's inputs, from a weight's slot into a slot of its own
     * @param reader    reads what they have written
     */
    Widened(List<Step> widenings, Step reader) {
        super(reader.operation, storedInputs(widenings, reader.inputs), reader.outputs, reader.types, false);
        this.widenings = widenings;
        this.reader = reader;
    }

    private static int[] storedInputs(List<Step> widenings, int[] inputs) {
        return IntStream.of(inputs).map(slot -> widenings.stream().filter(step -> step.outputs[0] == slot)
                .mapToInt(step -> step.inputs[0]).findFirst().orElse(slot)).toArray();
    }

    Step reader() {
        return reader;
    }

    /** The same for a reader that does with fewer inputs, or in another way. */
    Step readBy(Step other) {
        List<Step> needed = widenings.stream()
                .filter(step -> Arrays.stream(other.inputs).anyMatch(slot -> slot == step.outputs[0])).toList();
        return needed.isEmpty() ? other : new Widened(needed, other);
    }

    /** The widened numbers go through the slots that they went through before: they are there for one step alone. */
    @Override
    Step at(int[] otherInputs, int[] otherOutputs) {
        int[] own = IntStream.range(0, inputs.length).map(i -> reader.inputs[i] == inputs[i] ? otherInputs[i] : reader.inputs[i])
                .toArray();
        return new Widened(widenings, reader.at(own, otherOutputs));
    }

    @Override
    boolean readsNumbers(int input) {
        return reader.readsNumbers(input);
    }

    @Override
    boolean inOneThread(Slots slots) {
        return reader instanceof OneRowProduct product && product.oneRow(slots) || super.inOneThread(slots);
    }

    @Override
    void run(Slots slots) {
        if (reader instanceof OneRowProduct product && product.oneRow(slots)) {
            product.run(slots, slots.get(widenings.get(0).inputs[0]));
            return;
        }
        widenings.forEach(step -> step.run(slots));
        reader.run(slots);
        widenings.forEach(step -> slots.release(step.outputs[0]));
    }
}
