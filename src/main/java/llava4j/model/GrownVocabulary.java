package llava4j.model;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Rows for new tokens in a decoder's two tables, the embeddings and the output head: each begins as the mean of the old rows.
 *
 * <p>With the mean a new token is as likely as the average one. What one would get wrong: a new row of zeros in the head has
 * the logit 0, which in a trained decoder, whose logits are mostly negative, beats nearly every word.
 */
public final class GrownVocabulary {

    private static final List<String> TABLES =
            List.of("language_model.model.embed_tokens.weight", "language_model.lm_head.weight");
    private static final int ROWS_AT_A_TIME = 2048;

    private GrownVocabulary() {
    }

    /**
     * Replaces the tables by larger ones of the same number format.
     *
     * @param weights all parameters by name; the head may be missing, where it is tied to the embeddings
     * @param tokens  rows wanted; what is there already is kept
     */
    public static void grow(Map<String, INDArray> weights, int tokens) {
        for (String name : TABLES) {
            weights.computeIfPresent(name, (key, table) -> table.size(0) >= tokens ? table : grown(table, tokens));
        }
    }

    /** [V, D] to [tokens, D]. */
    private static INDArray grown(INDArray table, int tokens) {
        long rows = table.size(0);
        INDArray larger = Nd4j.createUninitialized(table.dataType(), tokens, table.size(1));
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, table.size(1));
        for (long begin = 0; begin < rows; begin += ROWS_AT_A_TIME) {
            long end = Math.min(rows, begin + ROWS_AT_A_TIME);
            INDArray piece = table.get(NDArrayIndex.interval(begin, end), NDArrayIndex.all());
            larger.get(NDArrayIndex.interval(begin, end), NDArrayIndex.all()).assign(piece);
            sum.addi(piece.castTo(DataType.DOUBLE).sum(0));
        }
        INDArray row = sum.divi(rows).castTo(DataType.FLOAT).castTo(table.dataType());        // to the nearest number
        for (long i = rows; i < tokens; i++) {
            larger.getRow(i).assign(row);
        }
        return larger;
    }
}
