package llava4j.execution;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Cheaper ways to the same numbers: results that nobody reads are not computed, and arrays that would only be copied are shared.
 * Where a training may round ({@link Precision}), also to nearly the same.
 *
 * <p>SameDiff's backward operations give the gradients of all their inputs. Of c = a bᵀ with a frozen b only da is wanted;
 * db costs as much again. The gradient of a sum is the gradient itself, twice, and a reshaped array is the same numbers.
 */
final class Shortcut {

    private Shortcut() {
    }

    /**
     * The step in its cheapest form.
     *
     * @param read      whether a slot is read by another step
     * @param wanted    whether a slot is returned: its memory is then its own
     * @param softmaxes what computes a softmax, by the slot that it is computed of
     * @param shapesOf  by the slot of a shape, the slot that has it
     * @param precision of products
     */
    static Step of(Step step, DataType[] types, IntPredicate read, IntPredicate wanted, Map<Integer, Step> softmaxes,
                   Map<Integer, Integer> shapesOf, Precision precision) {
        boolean rounded = precision == Precision.BFLOAT16;
        boolean returned = Arrays.stream(step.outputs).anyMatch(wanted);
        switch (step.name()) {
            case "matmul":
                Step product = OneRowProduct.of(BlasProduct.of(step));
                return rounded ? Bfloat16Product.of(product) : product;
            case "swish":
            case "_swishderivative":
            case "gelu":
            case "_geluderivative":
                return Sigmoid.of(step);
            case "softmax":
                return Softmax.of(step);
            case "softmax_bp":
                return SoftmaxGradient.of(step, softmaxes.get(step.inputs[0]));
            case "sparse_softmax_cross_entropy_loss_with_logits":
            case "sparse_softmax_cross_entropy_loss_with_logits_grad":
                return CrossEntropy.of(step);
            case "scatter_add":
                return RowsAdded.of(step);
            case "add":
            case "multiply":
            case "add_scalar":
            case "mul_scalar":
                return FewNumbers.of(step);
            case "concat":
                return Joined.of(step);
            case "matmul_bp":
                return gradients(step, types, slot -> read.test(slot) || wanted.test(slot), rounded);
            case "multiply_bp":
                return new ProductGradient(step, types, slot -> read.test(slot) || wanted.test(slot));
            case "permute":
                return returned ? Permuted.of(step) : new Shared(Permuted.of(step), types);
            case "reshape":
                return returned ? step : Reshaped.of(step, step.inputs.length > 1 ? shapesOf.get(step.inputs[1]) : null);
            case "add_bp":
                return returned ? step : new Shared(step, types);
            default:
                return step;
        }
    }

    private static Step operation(String name, int[] arguments, int[] inputs, int output, DataType type) {
        DifferentialFunction operation = DynamicCustomOp.builder(name).addIntegerArguments(arguments).build();
        return new Step(operation, inputs, new int[] {output}, new DataType[] {type}, true);
    }

    /** c = a b or c = a bᵀ: each gradient that is wanted is a product of its own. */
    private static Step gradients(Step step, DataType[] types, IntPredicate needed, boolean rounded) {
        long[] transposes = step.transposes();
        boolean transposed = transposes[1] == 1;
        boolean plain = transposes[0] == 0 && transposes[2] == 0;
        boolean first = needed.test(step.outputs[0]);
        boolean second = needed.test(step.outputs[1]);
        if (!plain || !first && !second) {
            return step;
        }
        int a = step.inputs[0];
        int b = step.inputs[1];
        int g = step.inputs[2];
        // c = a bᵀ: da = g b; c = a b: da = g bᵀ
        Step da = product(new int[] {0, transposed ? 0 : 1, 0}, new int[] {g, b}, step.outputs[0], types[0], rounded);
        // c = a bᵀ: db = gᵀ a; c = a b: db = aᵀ g
        Step db = product(new int[] {1, 0, 0}, transposed ? new int[] {g, a} : new int[] {a, g}, step.outputs[1], types[1], rounded);
        return first && second ? new Both(step, da, db) : first ? da : db;
    }

    private static Step product(int[] transposes, int[] inputs, int output, DataType type, boolean rounded) {
        Step product = BlasProduct.of(operation("matmul", transposes, inputs, output, type));
        return rounded ? Bfloat16Product.of(product) : product;
    }

    /** Two steps in place of one. */
    private static final class Both extends Step {
        private final Step first;
        private final Step second;

        private Both(Step step, Step first, Step second) {
            super(step.operation, step.inputs, step.outputs, step.types, true);
            this.first = first;
            this.second = second;
        }

        @Override
        boolean inOneThread(Slots slots) {
            return first.inOneThread(slots) && second.inOneThread(slots);
        }

        @Override
        void run(Slots slots) {
            first.run(slots);
            second.run(slots);
        }
    }

    /** c = a ∘ b: da = g ∘ b, db = g ∘ a, where nothing is broadcast. */
    private static final class ProductGradient extends Step {
        private final Step general;
        private final Step[] products = new Step[2];

        private ProductGradient(Step step, DataType[] types, IntPredicate needed) {
            super(step.operation, step.inputs, step.outputs, types, true);
            general = step;
            for (int i = 0; i < 2; i++) {
                if (needed.test(step.outputs[i])) {
                    products[i] = operation("multiply", new int[0],
                            new int[] {step.inputs[2], step.inputs[1 - i]}, step.outputs[i], types[i]);
                }
            }
        }

        /** a is read for db alone, b for da alone. */
        @Override
        boolean readsNumbers(int input) {
            return input == 2 || products[1 - input] != null;
        }

        @Override
        void run(Slots slots) {
            if (!Arrays.equals(slots.get(inputs[0]).shape(), slots.get(inputs[1]).shape())) {
                general.run(slots);
                return;
            }
            for (Step product : products) {
                if (product != null) {
                    product.run(slots);
                }
            }
        }
    }

    /** The same numbers in another slot: a permutation that moves no number, the gradient of a plain sum. */
    private static final class Shared extends Step {
        private final Step general;
        private final int from;

        private Shared(Step step, DataType[] types) {
            super(step.operation, step.inputs, step.outputs, types, false);
            general = step;
            from = step.name().equals("add_bp") ? step.inputs[2] : step.inputs[0];
        }

        @Override
        void run(Slots slots) {
            if (!slots.canShare(from) || !sameNumbers(slots)) {
                general.run(slots);
                return;
            }
            List<LongShapeDescriptor> shapes = general.shapes(slots);
            for (int i = 0; i < outputs.length; i++) {
                slots.share(outputs[i], from, shapes.get(i));
            }
        }

        private boolean sameNumbers(Slots slots) {
            if (name().equals("add_bp")) {
                return Arrays.equals(slots.get(inputs[0]).shape(), slots.get(inputs[1]).shape());
            }
            long[] order = inputs.length > 1 ? numbers(slots.get(inputs[1])) : ((DynamicCustomOp) operation).iArgs();
            long[] shape = slots.get(inputs[0]).shape();
            // Dimensions of size 1 may stand anywhere: [1, 1, H, d] and [1, H, 1, d] of one token are the same numbers
            long[] moved = Arrays.stream(order).map(dimension -> Math.floorMod(dimension, shape.length))
                    .filter(dimension -> shape[(int) dimension] != 1).toArray();
            for (int i = 1; i < moved.length; i++) {
                if (moved[i] < moved[i - 1]) {
                    return false;
                }
            }
            return order.length > 0;
        }

        private static long[] numbers(INDArray array) {
            return LongStream.range(0, array.length()).map(array::getLong).toArray();
        }
    }
}
