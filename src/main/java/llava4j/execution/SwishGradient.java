package llava4j.execution;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.transforms.strict.GELUDerivative;
import org.nd4j.linalg.api.ops.impl.transforms.strict.SwishDerivative;

/**
 * Keeps the derivative of x·σ(x) a number where x is large.
 *
 * <p>ND4J computes it as eˣ (x + eˣ + 1) / (eˣ + 1)², whose square is past float32 from x = 44.4 on: infinite over infinite, no
 * number. A tiny model's gates stay far below; a real one's do not, and the whole gradient is lost with one of them. The
 * derivative is 1 long before, so that x may be cut off above. {@code nn().gelu}, which is x·σ(1.702 x), has the same fault.
 */
final class SwishGradient {

    /** e to this, squared, is a float32; the derivative there is 1 to the last bit but one. */
    private static final double LARGEST = 42;
    private static final double GELU = 1.702;

    private SwishGradient() {
    }

    /**
     * Cuts off what ND4J's derivatives in a gradient function are given; numbers below stay as they are, to the bit.
     *
     * @param gradient the gradient function of a graph
     * @param float32  whether those in float32 are ND4J's too, and not {@link Sigmoid}'s
     */
    static void keepFinite(SameDiff gradient, boolean float32) {
        for (SameDiffOp op : List.copyOf(gradient.getOps().values())) {
            boolean swish = op.getOp() instanceof SwishDerivative;
            if (swish || op.getOp() instanceof GELUDerivative) {
                SDVariable x = gradient.getVariable(op.getInputsToOp().get(0));
                if (x.dataType() == DataType.FLOAT && !float32) {
                    continue;
                }
                SDVariable cut = gradient.math().clipByValue(x, -Float.MAX_VALUE, swish ? LARGEST : LARGEST / GELU);
                gradient.replaceArgFor(0, cut, op.getOp());
            }
        }
    }
}
