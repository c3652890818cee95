package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The surprise at each target, log Σ e^z − z_target, or its gradient, softmax(z) minus one at the target.
 *
 * <p>ND4J takes the logarithm of the softmax, one number at a time, which is infinite where the target's probability is 0 in
 * float32. Here the largest logit is subtracted first and the logarithm is of a sum that is at least 1, so that a token that is
 * ever so unlikely has a loss, as in PyTorch.
 */
final class CrossEntropy extends Step {

    private static final String OPERATION = "sparse_softmax_cross_entropy_loss_with_logits";

    private final boolean gradient;

    private CrossEntropy(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.gradient = !name().equals(OPERATION);
    }

    /** The step with its short cut, if its result is in float32. */
    static Step of(Step step) {
        return step.inputs.length == 2 && step.types[0] == DataType.FLOAT ? new CrossEntropy(step) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray targets = slots.get(inputs[0]);                                      // [S]
        INDArray z = slots.inOrder(inputs[1]);                                        // [S, V]
        FloatBuffer from = slots.read(inputs[1]);
        long[] shape = gradient ? z.shape() : targets.shape();
        FloatBuffer to = slots.write(outputs[0], shape);
        int words = (int) z.size(-1);
        float[] row = new float[words];
        Exponential.lend(exponential -> {
            for (int s = 0; s < targets.length(); s++) {
                from.position(s * words).get(row);
                int target = targets.getInt(s);
                Softmax.lower(row, 0, words);
                float score = row[target];
                exponential.of(row, 0, words);
                float sum = Softmax.sum(row, 0, words);
                if (gradient) {
                    Softmax.divide(row, 0, words, sum);
                    row[target] -= 1;
                    to.position(s * words).put(row);
                } else {
                    to.put(s, (float) (Math.log(sum) - score));
                }
            }
        });
    }
}
