package llava4j.model;

import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Puts the image tokens Hv in their places among the word embeddings Hq (paper, section 4.1 and Figure 1).
 *
 * <p>Both lie one below the other in one matrix [Hq; Hv], and the sequence is a choice of its rows: row i for the word at
 * place i, row n + k for the k-th image token. One gather does it, for any number of pictures in any row of the batch,
 * and its gradient hands each row what it earned: words to the embedding matrix, image tokens to W. What one would get
 * wrong: adding Hv onto the embedding of the placeholder {@code <image>} instead of putting it in its stead.
 */
final class Splice {

    private Splice() {
    }

    /**
     * @param hq    [B*T, D] word embeddings; at an image token's place any word, which is not chosen
     * @param hv    [N*P, D] projected image tokens of all pictures in the batch
     * @param order [B*T] row of [Hq; Hv] that stands at each place
     * @return H [B*T, D]
     */
    static SDVariable of(Scope scope, SDVariable hq, SDVariable hv, SDVariable order) {
        SameDiff graph = scope.graph();
        // [B*T, D] and [N*P, D] -> [B*T + N*P, D] -> [B*T, D]
        return graph.gather(graph.concat(0, hq, hv), order, 0);
    }
}
