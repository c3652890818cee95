package llava4j.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph's operations in the order in which they run, found once; the fast form of {@code graph.output(..)}.
 *
 * <p>SameDiff's session finds out anew in every run which operation is next, what shape its result has and who still
 * needs which array. For a small model that costs as much as the arithmetic. None of it changes while the shapes stay,
 * so here it is remembered: a run is a loop over operations. An array's memory is used again as soon as its last reader
 * has run, and again in the next run. A reader that asks for nothing but a shape does not count.
 *
 * <p>What one would get wrong: the arrays that {@link #run} returns are written over by the next run.
 */
public final class Schedule {

    /** Operations with integer inputs whose values do not decide the result's shape. */
    private static final Set<String> SHAPE_FROM_SHAPES = Set.of("gather", "scatter_add", "zeroslike", "shape_of",
            "sparse_softmax_cross_entropy_loss_with_logits", "sparse_softmax_cross_entropy_loss_with_logits_grad");

    /** Has SameDiff's session run the graph on the CPU too, as on a GPU: so that this path is tested without one. */
    private static final boolean SESSION = Boolean.getBoolean("llava4j.session");

    /** Is told how long each operation took. */
    @FunctionalInterface
    public interface Clock {
        /**
         * Tells of one operation that has run.
         *
         * @param operation   its name in SameDiff, such as {@code mmul}
         * @param nanoseconds from its start to its end
         */
        void ran(String operation, long nanoseconds);
    }

    private final SameDiff graph;
    private final Map<String, Integer> slots = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Integer> placeholders = new LinkedHashMap<>();
    private final List<String> wanted;
    private final INDArray[] fixed;
    private final int[][] lastReadHere;
    private final Slots run;
    private final Precision precision;
    /** Of products with weights that are stored in bfloat16. */
    private final Precision ofStored;
    private int slotCount;
    private Clock clock;

    /**
     * @param graph  without loops and branches
     * @param wanted names of the variables that a run returns
     */
    public Schedule(SameDiff graph, Collection<String> wanted) {
        this(graph, List.of(), wanted, List.of());
    }

    /** What comes first is the forward pass; of it, where anything is named in {@code kept}, that alone is kept. */
    private Schedule(SameDiff graph, Collection<String> first, Collection<String> wanted, Collection<String> kept) {
        this.graph = graph;
        this.precision = first.isEmpty() ? Precision.FLOAT32 : Precision.ofTraining();
        this.ofStored = first.isEmpty() ? Precision.ofAnswers() : precision;
        this.wanted = List.copyOf(wanted);
        first.forEach(this::plan);
        int forward = steps.size();
        wanted.forEach(this::plan);
        if (!kept.isEmpty()) {
            List<Step> twice = Recomputation.of(List.copyOf(steps), forward, kept.stream().map(slots::get)
                    .collect(Collectors.toSet()), () -> slotCount++);
            steps.clear();
            steps.addAll(twice);
        }
        fixed = new INDArray[slotCount];
        slots.forEach((name, slot) -> {
            VariableType type = graph.getVariable(name).getVariableType();
            if (type == VariableType.CONSTANT || type == VariableType.VARIABLE) {
                fixed[slot] = graph.getVariable(name).getArr();
            } else if (type == VariableType.PLACEHOLDER) {
                placeholders.put(name, slot);
            }
        });
        takeShortcuts();
        lastReadHere = lastReaders();
        run = new Slots(slotCount, new ArrayPool());
    }

    /**
     * The forward and backward operations of a graph with a loss.
     *
     * @param graph   its loss is named, its gradient function not yet there
     * @param outputs what is wanted besides the gradients, such as the loss
     * @param trained names of the parameters whose gradients are wanted
     * @return the schedule; {@link #gradientOf} names the gradients in what it returns
     */
    public static Schedule ofGradients(SameDiff graph, Collection<String> outputs, Collection<String> trained) {
        return ofGradients(graph, outputs, trained, List.of());
    }

    /**
     * The same with less memory: each layer is computed a second time just before its backward pass.
     *
     * @param graph   its loss is named, its gradient function not yet there
     * @param outputs what is wanted besides the gradients, such as the loss
     * @param trained names of the parameters whose gradients are wanted
     * @param kept    the arrays between layers, the first one's input and the last one's output among them; none for a schedule
     *                that keeps everything
     * @return the schedule; {@link #gradientOf} names the gradients in what it returns
     */
    public static Schedule ofGradients(SameDiff graph, Collection<String> outputs, Collection<String> trained,
                                       Collection<String> kept) {
        RepeatableGradient.of(graph, List.copyOf(trained));
        SwishGradient.keepFinite(graph.getFunction("grad"), bySession());
        List<String> wanted = new ArrayList<>(outputs);
        trained.forEach(name -> wanted.add(gradientOf(graph, name)));
        return new Schedule(graph.getFunction("grad"), outputs, wanted, kept);
    }

    /**
     * {@return the name under which a run of {@link #ofGradients} returns a parameter's gradient}
     *
     * @param graph the one that the schedule was made of
     * @param name  the parameter's
     */
    public static String gradientOf(SameDiff graph, String name) {
        return graph.getVariable(name).getGradient().name();
    }

    /** Adds whatever {@code name} needs, then itself: inputs stand before their readers. */
    private int plan(String name) {
        Integer known = slots.get(name);
        if (known != null) {
            return known;
        }
        SDVariable variable = graph.getVariable(name);
        if (variable.getVariableType() != VariableType.ARRAY) {
            slots.put(name, slotCount++);
            return slots.get(name);
        }
        SameDiffOp made = maker(name);
        DifferentialFunction operation = made.getOp();
        List<String> names = made.getInputsToOp() == null ? List.of() : made.getInputsToOp();
        List<Step> widenings = new ArrayList<>();
        int[] inputs = names.stream().mapToInt(input -> {
            if (!widens(input)) {
                return plan(input);
            }
            widenings.add(widening(input));
            return widenings.get(widenings.size() - 1).outputs[0];
        }).toArray();
        for (String output : made.getOutputsOfOp()) {
            slots.put(output, slotCount++);
        }
        boolean integers = names.stream().anyMatch(input -> graph.getVariable(input).dataType().isIntType());
        Step step = new Step(operation, inputs, made.getOutputsOfOp().stream().mapToInt(slots::get).toArray(),
                types(operation), !integers || SHAPE_FROM_SHAPES.contains(operation.opName()));
        steps.add(widenings.isEmpty() ? step : new Widened(widenings, step));
        return slots.get(name);
    }

    /** The operation that a variable is a result of, or {@code null}. {@code getVariables()} has a type of its own in each ND4J. */
    private SameDiffOp maker(String name) {
        DifferentialFunction operation = graph.getVariableOutputOp(name);
        return operation == null ? null : graph.getOps().get(operation.getOwnName());
    }

    /** Whether a variable is a weight of 16 bits in float32. */
    private boolean widens(String name) {
        SameDiffOp made = maker(name);
        if (made == null || !made.getOp().opName().equals("cast")) {
            return false;
        }
        SDVariable from = graph.getVariable(made.getInputsToOp().get(0));
        return from.getVariableType() == VariableType.CONSTANT
                && (from.dataType() == DataType.BFLOAT16 || from.dataType() == DataType.HALF);
    }

    private Step widening(String name) {
        SameDiffOp made = maker(name);
        return new Step(made.getOp(), new int[] {plan(made.getInputsToOp().get(0))}, new int[] {slotCount++},
                types(made.getOp()), true);
    }

    private void takeShortcuts() {
        Set<Integer> read = new HashSet<>();
        Set<Integer> returned = new HashSet<>();
        steps.forEach(step -> Arrays.stream(step.inputs).forEach(read::add));
        wanted.forEach(name -> returned.add(slots.get(name)));
        List<Step> shortened = Chains.shortened(List.copyOf(steps), returned::contains, slot -> fixed[slot]);
        steps.clear();
        steps.addAll(shortened);
        Map<Integer, Step> softmaxes = new HashMap<>();
        steps.stream().filter(step -> step.name().equals("softmax")).forEach(step -> softmaxes.put(step.inputs[0], step));
        Map<Integer, Integer> shapesOf = new HashMap<>();
        steps.stream().filter(step -> step.name().equals("shape_of")).forEach(step -> shapesOf.put(step.outputs[0], step.inputs[0]));
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            Step reader = step instanceof Widened ? ((Widened) step).reader() : step;
            Step shorter = Shortcut.of(reader, reader.types, read::contains, returned::contains, softmaxes, shapesOf,
                    precision);
            Step all = step instanceof Widened widened ? widened.readBy(shorter) : shorter;
            steps.set(i, ofStored == Precision.BFLOAT16 && all instanceof Widened widened ? StoredProduct.of(widened, () -> slotCount++)
                    : all);
        }
        leaveOutWhatNobodyReads(returned);
    }

    /** Shapes, say, that are now known without a step. */
    private void leaveOutWhatNobodyReads(Set<Integer> returned) {
        Set<Integer> read = new HashSet<>(returned);
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (Arrays.stream(steps.get(i).outputs).noneMatch(read::contains)) {
                steps.remove(i);
            } else {
                Arrays.stream(steps.get(i).inputs).forEach(read::add);
            }
        }
    }

    private DataType[] types(DifferentialFunction operation) {
        return Arrays.stream(operation.outputVariablesNames()).map(name -> graph.getVariable(name).dataType())
                .toArray(DataType[]::new);
    }

    private int[][] lastReaders() {
        Map<Integer, Integer> last = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (int slot : steps.get(i).outputs) {
                last.put(slot, i);                       // a result that nobody reads
            }
            for (int input = 0; input < steps.get(i).inputs.length; input++) {
                if (steps.get(i).readsNumbers(input)) {
                    last.put(steps.get(i).inputs[input], i);
                }
            }
        }
        wanted.forEach(name -> last.remove(slots.get(name)));
        int[][] lastRead = new int[steps.size()][];
        for (int i = 0; i < lastRead.length; i++) {
            int step = i;
            lastRead[i] = last.entrySet().stream().filter(entry -> entry.getValue() == step)
                    .mapToInt(Map.Entry::getKey).toArray();
        }
        return lastRead;
    }

    /**
     * Measures each operation from now on; {@code null} for no longer.
     *
     * @param clock is told of each operation after it
     */
    public void time(Clock clock) {
        this.clock = clock;
    }

    /**
     * Runs the graph.
     *
     * @param values of the placeholders
     * @return the wanted arrays by name; the next run writes over them
     */
    public Map<String, INDArray> run(Map<String, INDArray> values) {
        if (bySession()) {
            return graph.output(values, wanted);
        }
        run.begin(fixed);
        placeholders.forEach((name, slot) -> {
            if (values.get(name) == null) {
                throw new IllegalArgumentException("no value for placeholder " + name);
            }
            run.set(slot, values.get(name));
        });
        int threads = Threads.ofOperations();
        boolean alone = false;
        try {
            for (int i = 0; i < lastReadHere.length; i++) {
                long started = clock == null ? 0 : System.nanoTime();
                Step step = steps.get(i);
                if (threads > 1 && alone != step.inOneThread(run)) {
                    alone = !alone;
                    Threads.ofOperations(alone ? 1 : threads);
                }
                step.run(run);
                if (clock != null) {
                    clock.ran(step.name(), System.nanoTime() - started);
                }
                for (int slot : lastReadHere[i]) {
                    run.release(slot);
                }
            }
        } finally {
            if (alone) {
                Threads.ofOperations(threads);
            }
        }
        Map<String, INDArray> out = new LinkedHashMap<>();
        wanted.forEach(name -> out.put(name, run.get(slots.get(name))));
        return out;
    }

    /** Whether SameDiff's session runs the graphs: this class was tried on the CPU alone. */
    private static boolean bySession() {
        return SESSION || !Threads.onCpu();
    }

    /** {@return bytes that runs have taken for results so far, those that {@link #run} returns among them; kept for more runs} */
    public long bytes() {
        return run.bytes();
    }

    @Override
    public String toString() {
        return steps.size() + " operations for " + wanted + ": " + Arrays.toString(steps.stream()
                .map(Step::name).toArray());
    }
}
