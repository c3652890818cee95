package llava4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph's operations in the order in which they run, found once; the fast form of {@code graph.output(..)}.
 *
 * <p>SameDiff's session finds out anew in every run which operation is next, what shape its result has and who still
 * needs which array. For a small model that costs as much as the arithmetic. None of it changes while the shapes stay,
 * so here it is remembered: a run is a loop over operations. An array's memory is used again as soon as its last reader
 * has run, and again in the next run.
 *
 * <p>What one would get wrong: the arrays that {@link #run} returns are written over by the next run.
 */
public final class Schedule {

    /** Operations with integer inputs whose values do not decide the result's shape. */
    private static final Set<String> SHAPE_FROM_SHAPES = Set.of("gather", "scatter_add", "zeroslike", "shape_of",
            "sparse_softmax_cross_entropy_loss_with_logits", "sparse_softmax_cross_entropy_loss_with_logits_grad");

    /** Is told how long each operation took. */
    @FunctionalInterface
    public interface Clock {
        void ran(String operation, long nanoseconds);
    }

    /** One operation: where its inputs lie and its results go, and what was worked out when it last ran. */
    private static final class Step {
        private final DifferentialFunction operation;
        private final OpContext context = Nd4j.getExecutioner().buildContext();
        private final int[] inputs;
        private final int[] outputs;
        private final boolean shapeFromShapes;
        private final INDArray[] boundInputs;
        private final INDArray[] boundResults;
        private int[] lastReadHere = {};
        private final Map<List<Long>, List<LongShapeDescriptor>> knownShapes = new HashMap<>();
        private List<LongShapeDescriptor> resultShapes;

        private Step(DifferentialFunction operation, int[] inputs, int[] outputs, boolean shapeFromShapes) {
            this.operation = operation;
            this.inputs = inputs;
            this.outputs = outputs;
            this.shapeFromShapes = shapeFromShapes;
            this.boundInputs = new INDArray[inputs.length];
            this.boundResults = new INDArray[outputs.length];
        }

        /** Gives the operation its inputs; whether they are the very arrays of the last run. */
        private boolean bindInputs(INDArray[] arrays) {
            boolean same = resultShapes != null;
            for (int i = 0; i < inputs.length; i++) {
                same &= boundInputs[i] == arrays[inputs[i]];
                boundInputs[i] = arrays[inputs[i]];
            }
            if (!same) {
                context.purge();          // a context keeps everything that was ever set, until it is told to forget
                for (int i = 0; i < inputs.length; i++) {
                    context.setInputArray(i, boundInputs[i]);
                }
            }
            return same;
        }

        /** Gives the operation the arrays for its results. */
        private void bindResults(INDArray[] arrays, boolean inputsBound) {
            boolean same = inputsBound;
            for (int i = 0; i < outputs.length; i++) {
                same &= boundResults[i] == arrays[outputs[i]];
                boundResults[i] = arrays[outputs[i]];
            }
            if (!same) {
                context.purge();
                for (int i = 0; i < inputs.length; i++) {
                    context.setInputArray(i, boundInputs[i]);
                }
                for (int i = 0; i < outputs.length; i++) {
                    context.setOutputArray(i, boundResults[i]);
                }
            }
        }
    }

    private final SameDiff graph;
    private final Map<String, Integer> slots = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Integer> placeholders = new LinkedHashMap<>();
    private final List<String> wanted;
    private final INDArray[] fixed;
    private final ArrayPool pool = new ArrayPool();
    private Clock clock;

    /**
     * @param graph  without loops and branches
     * @param wanted names of the variables that a run returns
     */
    public Schedule(SameDiff graph, Collection<String> wanted) {
        this.graph = graph;
        this.wanted = List.copyOf(wanted);
        wanted.forEach(this::plan);
        fixed = new INDArray[slots.size()];
        slots.forEach((name, slot) -> {
            VariableType type = graph.getVariable(name).getVariableType();
            if (type == VariableType.CONSTANT || type == VariableType.VARIABLE) {
                fixed[slot] = graph.getVariable(name).getArr();
            } else if (type == VariableType.PLACEHOLDER) {
                placeholders.put(name, slot);
            }
        });
        findLastReaders();
    }

    /**
     * The forward and backward operations of a graph with a loss.
     *
     * @param outputs what is wanted besides the gradients, such as the loss
     */
    public static Schedule ofGradients(SameDiff graph, Collection<String> outputs, Collection<String> trained) {
        graph.createGradFunction();
        List<String> wanted = new ArrayList<>(outputs);
        trained.forEach(name -> wanted.add(gradientOf(graph, name)));
        return new Schedule(graph.getFunction("grad"), wanted);
    }

    /** The name under which a run of {@link #ofGradients} returns a parameter's gradient. */
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
            slots.put(name, slots.size());
            return slots.get(name);
        }
        SameDiffOp made = graph.getOps().get(graph.getVariables().get(name).getOutputOfOp());
        DifferentialFunction operation = made.getOp();
        List<String> names = made.getInputsToOp() == null ? List.of() : made.getInputsToOp();
        int[] inputs = names.stream().mapToInt(this::plan).toArray();
        for (String output : made.getOutputsOfOp()) {
            slots.put(output, slots.size());
        }
        boolean integers = names.stream().anyMatch(input -> graph.getVariable(input).dataType().isIntType());
        steps.add(new Step(operation, inputs, made.getOutputsOfOp().stream().mapToInt(slots::get).toArray(),
                !integers || SHAPE_FROM_SHAPES.contains(operation.opName())));
        return slots.get(name);
    }

    private void findLastReaders() {
        Map<Integer, Integer> last = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (int slot : steps.get(i).outputs) {
                last.put(slot, i);                       // a result that nobody reads
            }
            for (int slot : steps.get(i).inputs) {
                last.put(slot, i);
            }
        }
        wanted.forEach(name -> last.remove(slots.get(name)));
        for (int i = 0; i < steps.size(); i++) {
            int step = i;
            steps.get(i).lastReadHere = last.entrySet().stream().filter(entry -> entry.getValue() == step)
                    .mapToInt(Map.Entry::getKey).toArray();
        }
    }

    /** Measures each operation from now on; {@code null} for no longer. */
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
        if (!Threads.onCpu()) {
            return graph.output(values, wanted);      // tried on the CPU alone
        }
        pool.reset();
        INDArray[] arrays = fixed.clone();
        ArrayPool.Piece[] pieces = new ArrayPool.Piece[arrays.length];
        placeholders.forEach((name, slot) -> {
            if (values.get(name) == null) {
                throw new IllegalArgumentException("no value for placeholder " + name);
            }
            arrays[slot] = values.get(name);
        });
        for (Step step : steps) {
            boolean bound = step.bindInputs(arrays);
            if (!bound || !step.shapeFromShapes) {
                step.resultShapes = resultShapes(step);
            }
            for (int i = 0; i < step.outputs.length; i++) {
                LongShapeDescriptor shape = step.resultShapes.get(i);
                ArrayPool.Piece piece = pool.take(shape);
                pieces[step.outputs[i]] = piece;
                arrays[step.outputs[i]] = piece.as(shape);
            }
            step.bindResults(arrays, bound);
            execute(step);
            for (int slot : step.lastReadHere) {
                if (pieces[slot] != null) {
                    pool.giveBack(pieces[slot]);
                }
            }
        }
        Map<String, INDArray> out = new LinkedHashMap<>();
        wanted.forEach(name -> out.put(name, arrays[slots.get(name)]));
        return out;
    }

    private List<LongShapeDescriptor> resultShapes(Step step) {
        if (!step.shapeFromShapes) {
            return workedOut(step);
        }
        List<Long> shapes = new ArrayList<>(step.inputs.length);
        for (INDArray input : step.boundInputs) {
            shapes.add(input.shapeInfoDataBuffer().address());          // ND4J keeps one for each shape, for ever
        }
        return step.knownShapes.computeIfAbsent(shapes, s -> workedOut(step));
    }

    private List<LongShapeDescriptor> workedOut(Step step) {
        List<LongShapeDescriptor> shapes;
        if (step.operation instanceof DynamicCustomOp) {
            DynamicCustomOp operation = (DynamicCustomOp) step.operation;
            if (step.resultShapes == null) {
                step.context.setIArguments(operation.iArgs());
                step.context.setDArguments(operation.dArgs());
                step.context.setTArguments(operation.tArgs());
                step.context.setBArguments(operation.bArgs());
            }
            shapes = operation.calculateOutputShape(step.context);
        } else {
            shapes = ((BaseOp) step.operation).calculateOutputShape(step.context);
        }
        List<LongShapeDescriptor> typed = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            String name = step.operation.outputVariablesNames()[i];
            // As in SameDiff's session: where an operation allows several types, the variable's is right.
            typed.add(LongShapeDescriptor.fromShape(shapes.get(i).getShape(), graph.getVariable(name).dataType()));
        }
        return typed;
    }

    private void execute(Step step) {
        long started = clock == null ? 0 : System.nanoTime();
        if (step.operation instanceof CustomOp) {
            Nd4j.exec((CustomOp) step.operation, step.context);
        } else {
            Nd4j.exec((Op) step.operation, step.context);
        }
        if (clock != null) {
            clock.ran(step.operation.opName(), System.nanoTime() - started);
        }
    }

    @Override
    public String toString() {
        return steps.size() + " operations for " + wanted + ": " + Arrays.toString(steps.stream()
                .map(step -> step.operation.opName()).toArray());
    }
}
