package llava4j.graph;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout: in training each number of an input becomes 0 with probability p, and the others are divided by 1 − p, so that
 * their mean stays.
 *
 * <p>Which ones fall out is a function of the seed, the layer, the step and the row of the batch alone, drawn anew from
 * these each time. So a run that was stopped drops in step t what it would have dropped, and it makes no difference among
 * how many cores a batch is shared. What one would get wrong: one generator that runs along with the training; its state
 * would have to be saved, and would depend on which part of a batch is computed first.
 *
 * @param probability p, from 0 to below 1
 * @param seed        of all draws
 */
public record Dropout(double probability, long seed) {

    /** Nothing falls out. */
    public static final Dropout NONE = new Dropout(0, 0);

    /** Ends the name of the placeholder of each layer that drops out, [rows of tokens, width]. */
    public static final String MASK = "lora_dropout";

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    /** {@return whether anything falls out} */
    public boolean drops() {
        return probability > 0;
    }

    /**
     * What falls out in one step, for some rows of its batch.
     *
     * @param dropout  how much falls out, and the seed
     * @param step     of the run, from 0
     * @param firstRow of these rows, in the whole batch
     */
    public record Draw(Dropout dropout, int step, int firstRow) {

        /**
         * {@return 0 for what falls out and 1/(1 − p) for what stays, [rows · length, width]}
         *
         * @param layer  its name; each layer draws for itself
         * @param rows   of the batch
         * @param length tokens a row
         * @param width  features a token
         */
        public INDArray mask(String layer, int rows, int length, int width) {
            float[] mask = new float[rows * length * width];
            float kept = (float) (1 / (1 - dropout.probability));
            long threshold = Math.round(dropout.probability * 0x1p32);
            for (int row = 0, i = 0; row < rows; row++) {
                long place = ((dropout.seed * PRIME + layer.hashCode()) * PRIME + step) * PRIME + firstRow + row;
                SplittableRandom random = new SplittableRandom(place);
                for (int end = i + length * width; i < end; i++) {
                    mask[i] = (random.nextInt() & 0xFFFFFFFFL) < threshold ? 0 : kept;
                }
            }
            return Nd4j.create(mask, new long[] {(long) rows * length, width}, DataType.FLOAT);
        }
    }
}
