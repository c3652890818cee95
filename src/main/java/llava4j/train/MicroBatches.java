package llava4j.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss and gradient of a batch that is run in pieces of M rows, one after another: its activations are those of M rows,
 * however many rows it has.
 *
 * <p>L = Σ n_k L_k / Σ n_k with n_k scored tokens in piece k, and the gradient likewise: the rule of {@link ParallelLoss},
 * whose parts run side by side, where pieces run one after another. What one would get wrong: a last piece with fewer rows
 * wants a graph of its own, whose memory comes on top, and the run that has gone well for a whole epoch fails at its last
 * batch. So the last piece is filled up with rows of padding, which are not scored.
 */
public final class MicroBatches {

    private final LlavaConfig config;
    private final ParallelLoss loss;
    private final int rows;
    private final GradientSum sums = new GradientSum();
    private final Map<String, INDArray> total = new LinkedHashMap<>();

    /**
     * Runs every batch on one loss.
     *
     * @param config the model's sizes
     * @param loss   takes M rows
     * @param rows   M
     */
    public MicroBatches(LlavaConfig config, ParallelLoss loss, int rows) {
        this.config = config;
        this.loss = loss;
        this.rows = rows;
    }

    /**
     * Forward and backward, piece by piece.
     *
     * @param prompt B rows, padded on the right; any number of them
     * @param labels [B][T] as {@link LossGraph#gradients} takes them
     * @param step   counted from 0; with the row it decides what falls out
     * @return the loss and gradient of the whole batch, arrays that the next call writes over
     */
    public LossGraph.Gradients gradients(Prompt prompt, int[][] labels, int step) {
        long all = LossGraph.scored(labels);
        double mean = 0;
        for (int from = 0; from < prompt.batch(); from += rows) {
            int to = Math.min(from + rows, prompt.batch());
            Prompt piece = prompt.rows(from, to, config).filledTo(rows, config.padTokenId());
            int[][] own = new int[rows][piece.length()];
            for (int row = 0; row < rows; row++) {
                if (from + row < to) {
                    System.arraycopy(labels[from + row], 0, own[row], 0, piece.length());
                } else {
                    Arrays.fill(own[row], LossGraph.IGNORED);
                }
            }
            LossGraph.Gradients part = loss.gradients(piece, own, step, from);
            part.byName().forEach((name, gradient) -> total.computeIfAbsent(name, n -> gradient.ulike()));
            if (from == 0) {
                total.values().forEach(sum -> sum.assign(0));
            }
            mean += sums.add(total, part, all);
        }
        return new LossGraph.Gradients(mean, all, total);
    }
}
