package llava4j.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One operation of a {@link Schedule}: where its inputs lie, where its results go, and what was worked out when it last
 * ran.
 */
class Step {

    /** Operations that ask some of their inputs for nothing but their shape, and which inputs. */
    private static final Map<String, Set<Integer>> SHAPE_ALONE = Map.of("shape_of", Set.of(0), "add_bp", Set.of(0, 1),
            "reduce_mean_bp", Set.of(0), "zeroslike", Set.of(0));

    /** Shapes of inputs for which the results' are remembered. */
    private static final int REMEMBERED = 64;

    /** Numbers that an operation reads, from which on it is shared out among threads: a million bytes. */
    private static final int WORTH_SHARING = 1 << 18;

    final DifferentialFunction operation;
    final int[] inputs;
    final int[] outputs;
    final DataType[] types;
    private final boolean shapeFromShapes;
    private final OpContext context = Nd4j.getExecutioner().buildContext();
    private final INDArray[] boundInputs;
    private final INDArray[] boundResults;
    private final Map<List<Long>, List<LongShapeDescriptor>> knownShapes = new HashMap<>();
    private boolean argumentsSet;
    private List<LongShapeDescriptor> shapes;

    /**
     * @param inputs          slots
     * @param outputs         slots
     * @param types           of the results: where an operation allows several, the variable's is right, as in SameDiff
     * @param shapeFromShapes whether the inputs' shapes alone decide the results' shapes
     */
    Step(DifferentialFunction operation, int[] inputs, int[] outputs, DataType[] types, boolean shapeFromShapes) {
        this.operation = operation;
        this.inputs = inputs;
        this.outputs = outputs;
        this.types = types;
        this.shapeFromShapes = shapeFromShapes;
        this.boundInputs = new INDArray[inputs.length];
        this.boundResults = new INDArray[outputs.length];
    }

    /** The same operation on other slots. */
    Step at(int[] otherInputs, int[] otherOutputs) {
        return new Step(operation, otherInputs, otherOutputs, types, shapeFromShapes);
    }

    String name() {
        return operation.opName();
    }

    /** Of a product c = a b: whether a, b and c are transposed, each 0 or 1. Arguments that are not given are 0. */
    long[] transposes() {
        return Arrays.copyOf(((DynamicCustomOp) operation).iArgs(), 3);
    }

    /** Whether it is a product c = a b in float32, of which a and b may be transposed and c is not. */
    boolean isPlainProduct() {
        return types[0] == DataType.FLOAT && operation instanceof DynamicCustomOp && transposes()[2] == 0;
    }

    /**
     * Whether the result depends on the numbers of this input. If not, its memory may be lent to others before this step
     * runs: half of what a forward pass would otherwise keep for the backward pass.
     */
    boolean readsNumbers(int input) {
        return !SHAPE_ALONE.getOrDefault(name(), Set.of()).contains(input);
    }

    /** Whether there is so little to do that a second thread's help costs more than it saves. */
    boolean inOneThread(Slots slots) {
        long numbers = 0;
        for (int input : inputs) {
            numbers += slots.get(input).length();
        }
        return numbers < WORTH_SHARING;
    }

    /** Computes the results and puts them into their slots. */
    void run(Slots slots) {
        boolean bound = bindInputs(slots);
        if (!bound || !shapeFromShapes) {
            shapes = resultShapes();
        }
        for (int i = 0; i < outputs.length; i++) {
            bound &= slots.allocate(outputs[i], shapes.get(i)) == boundResults[i];
        }
        if (!bound) {
            bindAll(slots);
        }
        if (operation instanceof CustomOp) {
            Nd4j.exec((CustomOp) operation, context);
        } else {
            Nd4j.exec((Op) operation, context);
        }
    }

    /** The shapes that the results will have. */
    List<LongShapeDescriptor> shapes(Slots slots) {
        if (!bindInputs(slots) || !shapeFromShapes) {
            shapes = resultShapes();
        }
        return shapes;
    }

    /** Whether the inputs are the very arrays of the last run; if not, the context is given them. */
    private boolean bindInputs(Slots slots) {
        boolean same = shapes != null;
        for (int i = 0; i < inputs.length; i++) {
            same &= boundInputs[i] == slots.get(inputs[i]);
            boundInputs[i] = slots.get(inputs[i]);
        }
        if (!same) {
            setInputs();
        }
        return same;
    }

    private void setInputs() {
        context.purge();          // a context keeps everything that was ever set, until it is told to forget
        for (int i = 0; i < inputs.length; i++) {
            context.setInputArray(i, boundInputs[i]);
        }
    }

    private void bindAll(Slots slots) {
        setInputs();
        for (int i = 0; i < outputs.length; i++) {
            boundResults[i] = slots.get(outputs[i]);
            context.setOutputArray(i, boundResults[i]);
        }
    }

    private List<LongShapeDescriptor> resultShapes() {
        if (!shapeFromShapes) {
            return workedOut();
        }
        List<Long> given = new ArrayList<>(inputs.length);
        for (INDArray input : boundInputs) {
            given.add(input.shapeInfoDataBuffer().address());          // ND4J keeps one for each shape, for ever
        }
        if (knownShapes.size() > REMEMBERED) {
            knownShapes.clear();             // batches of a hundred lengths, in thousands of steps, are a gigabyte of shapes
        }
        return knownShapes.computeIfAbsent(given, g -> workedOut());
    }

    private List<LongShapeDescriptor> workedOut() {
        List<LongShapeDescriptor> found;
        if (operation instanceof DynamicCustomOp) {
            DynamicCustomOp custom = (DynamicCustomOp) operation;
            if (!argumentsSet) {
                context.setIArguments(custom.iArgs());
                context.setDArguments(custom.dArgs());
                context.setTArguments(custom.tArgs());
                context.setBArguments(custom.bArgs());
                argumentsSet = true;
            }
            found = custom.calculateOutputShape(context);
        } else {
            found = ((BaseOp) operation).calculateOutputShape(context);
        }
        List<LongShapeDescriptor> typed = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            typed.add(LongShapeDescriptor.fromShape(found.get(i).getShape(), types[i]));
        }
        return typed;
    }
}
