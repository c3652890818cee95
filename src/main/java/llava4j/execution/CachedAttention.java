package llava4j.execution;

import java.nio.FloatBuffer;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * softmax(q [K_past; k]ᵀ + M) [V_past; v], the attention of tokens that come after a cache, where the cache lies.
 *
 * <p>The graph joins the cache and the new tokens' keys and values first, as it reads best, and so copies the whole past for each
 * token. Here the scores of both are computed one beside the other, and the two weighted sums added. The places of the cache that
 * are still empty, and hidden from everyone by the mask, are not read.
 */
final class CachedAttention extends Step {

    /** e to anything below this is 0 beside any score. */
    private static final float HIDDEN = -1e8f;
    /** Numbers of a cache from which on the heads are shared out among the cores. */
    private static final int WORTH_SHARING = 1 << 17;

    /**
     * @param of      the last of the operations
     * @param inputs  slots of q [B, H, R, d], K_past [B, H, S, d], k [B, H, T, d], M [B, 1, R, S + T], V_past and v
     * @param weights slot that nobody reads, for the weights
     */
    CachedAttention(Step of, int[] inputs, int weights) {
        super(of.operation, inputs, new int[] {of.outputs[0], weights}, of.types, true);
    }

    @Override
    String name() {
        return "cached_attention";
    }

    /** Each core takes whole heads. */
    @Override
    boolean inOneThread(Slots slots) {
        return true;
    }

    @Override
    void run(Slots slots) {
        INDArray q = slots.inOrder(inputs[0]);
        INDArray past = slots.inOrder(inputs[1]);
        INDArray mask = slots.inOrder(inputs[3]);
        int known = seen(mask, (int) past.size(2));
        INDArray mixed = slots.allocate(outputs[0], q.shape());
        // Room for all, so that the shape stays from token to token
        INDArray weights = slots.allocate(outputs[1], q.size(0), q.size(1), q.size(2), mask.size(3));
        Heads heads = new Heads(q, past, slots.inOrder(inputs[2]), mask, slots.inOrder(inputs[4]),
                slots.inOrder(inputs[5]), known, weights, mixed);
        int count = (int) (q.size(0) * q.size(1));
        if (Threads.now() > 1 && past.length() > WORTH_SHARING) {
            Crew.share(count, heads);
        } else {
            for (int head = 0; head < count; head++) {
                heads.accept(head);
            }
        }
    }

    /** How many places of the cache there are up to the last one that any token sees. */
    private static int seen(INDArray mask, int places) {
        FloatBuffer hidden = mask.data().asNioFloat();
        int width = (int) mask.size(3);
        int seen = 0;
        for (int row = 0; row < mask.length(); row += width) {
            for (int place = places - 1; place >= seen; place--) {
                if (hidden.get(row + place) > HIDDEN) {
                    seen = place + 1;
                }
            }
        }
        return seen;
    }

    /** What one head of one row takes; {@code known} places of the past are read. */
    private record Heads(INDArray q, INDArray pastKeys, INDArray keys, INDArray mask, INDArray pastValues, INDArray values, int known,
                         INDArray weights, INDArray mixed) implements IntConsumer {

        @Override
        public void accept(int head) {
            int rows = (int) q.size(2);
            int size = (int) q.size(3);
            int places = (int) pastKeys.size(2);
            int added = (int) keys.size(2);
            int width = known + added;
            FloatPointer query = OneRowProduct.floats(q, (long) head * rows * size);
            FloatPointer before = OneRowProduct.floats(weights, (long) head * rows * width);
            FloatPointer own = OneRowProduct.floats(weights, (long) head * rows * width + known);
            FloatPointer sum = OneRowProduct.floats(mixed, (long) head * rows * size);
            // [R, d] x [n, d]ᵀ -> [R, n] and [R, d] x [T, d]ᵀ -> [R, T], side by side
            scores(query, OneRowProduct.floats(pastKeys, (long) head * places * size), before, rows, known, size, width);
            scores(query, OneRowProduct.floats(keys, (long) head * added * size), own, rows, added, size, width);
            softmax(head, rows, places, added);
            // [R, n] x [n, d] + [R, T] x [T, d] -> [R, d]
            sum(before, OneRowProduct.floats(pastValues, (long) head * places * size), sum, rows, known, size, width, 0);
            sum(own, OneRowProduct.floats(values, (long) head * added * size), sum, rows, added, size, width, known == 0 ? 0 : 1);
        }

        private static void scores(FloatPointer q, FloatPointer k, FloatPointer to, int rows, int tokens, int size, int width) {
            if (tokens == 0) {
                return;
            }
            if (rows == 1) {
                openblas_nolapack.cblas_sgemv(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans, tokens, size, 1, k,
                        size, q, 1, 0, to, 1);
            } else {
                openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans,
                        openblas_nolapack.CblasTrans, rows, tokens, size, 1, q, size, k, size, 0, to, width);
            }
        }

        private static void sum(FloatPointer w, FloatPointer v, FloatPointer to, int rows, int tokens, int size, int width, float keep) {
            if (tokens == 0) {
                return;
            }
            if (rows == 1) {
                openblas_nolapack.cblas_sgemv(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasTrans, tokens, size, 1, v,
                        size, w, 1, keep, to, 1);
            } else {
                openblas_nolapack.cblas_sgemm(openblas_nolapack.CblasRowMajor, openblas_nolapack.CblasNoTrans,
                        openblas_nolapack.CblasNoTrans, rows, size, tokens, 1, w, width, v, size, keep, to, size);
            }
        }

        private void softmax(int head, int rows, int places, int added) {
            int width = known + added;
            FloatBuffer scores = weights.data().asNioFloat();
            FloatBuffer hidden = mask.data().asNioFloat();
            int ofMask = (int) (head / q.size(1)) * rows * (places + added);
            float[] row = new float[width];
            float[] more = new float[width];
            Exponential.lend(exponential -> {
                for (int r = 0; r < rows; r++) {
                    int first = (head * rows + r) * width;
                    scores.get(first, row);
                    hidden.get(ofMask + r * (places + added), more, 0, known);
                    hidden.get(ofMask + r * (places + added) + places, more, known, added);
                    for (int i = 0; i < width; i++) {
                        row[i] += more[i];
                    }
                    Softmax.lower(row, 0, width);
                    exponential.of(row, 0, width);
                    Softmax.divide(row, 0, width, Softmax.sum(row, 0, width));
                    scores.put(first, row);
                }
            });
        }
    }
}
