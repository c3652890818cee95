package llava4j.model;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss of each token by itself, to look at: −log p(x_t | everything before it).
 *
 * <p>Their mean over the scored tokens is what {@link LossGraph} trains on. What one would get wrong: the prediction of
 * token t stands in row t − 1 of the logits.
 *
 * @param perToken [B, T−1]; entry t is the loss of label t + 1 under the logits of row t, 0 where it is ignored
 * @param mean     a scalar
 */
public record TokenLoss(INDArray perToken, INDArray mean) {

    /**
     * @param logits [B, T, V]
     * @param labels [B][T] the token's own id where it is scored, {@link LossGraph#IGNORED} elsewhere
     * @return {@code null} if no token is scored, since there is no mean then
     */
    public static TokenLoss of(INDArray logits, int[][] labels) {
        int batch = labels.length;
        int length = labels[0].length;
        float[] losses = new float[batch * (length - 1)];
        double sum = 0;
        int scored = 0;
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t + 1 < length; t++) {
                if (labels[b][t + 1] != LossGraph.IGNORED) {
                    double loss = surprise(logits.slice(b).slice(t).toFloatVector(), labels[b][t + 1]);
                    losses[b * (length - 1) + t] = (float) loss;
                    sum += loss;
                    scored++;
                }
            }
        }
        return scored == 0 ? null : new TokenLoss(
                Nd4j.create(losses, new long[] {batch, length - 1}, DataType.FLOAT),
                Nd4j.scalar(DataType.FLOAT, sum / scored));
    }

    /** −log softmax(z)[target], the largest logit taken out so that no exponential overflows. */
    private static double surprise(float[] z, int target) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : z) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (float value : z) {
            sum += Math.exp(value - largest);
        }
        return Math.log(sum) + largest - z[target];
    }
}
