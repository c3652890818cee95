package llava4j.language;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The vectors Hq of words, for ids that are filled in at run time.
 *
 * <p>IDEFICS keeps the vectors of its last few tokens, the marks of a picture, in a table of their own, so that they can learn
 * while the vocabulary is frozen. The words' vectors and that table then lie one below the other, and each place chooses its
 * row: no large table is copied.
 */
public final class WordEmbedding {

    private static final String IDS = "word_ids";
    private static final String ORDER = "word_order";

    private WordEmbedding() {
    }

    /**
     * {@return Hq [n, D]}
     *
     * @param scope  {@code language_model}
     * @param config the decoder's sizes
     * @param rows   n, or −1 where it is found at run time
     */
    public static SDVariable of(Scope scope, DecoderConfig config, long rows) {
        SameDiff graph = scope.graph();
        SDVariable hq = Decoder.embed(scope, graph.placeHolder(IDS, DataType.INT32, rows));    // [n] -> [n, D]
        if (config.additionalTokens() == 0) {
            return hq;
        }
        SDVariable order = graph.placeHolder(ORDER, DataType.INT32, rows);
        // [n, D] and [m, D] -> [n + m, D] -> [n, D]
        return graph.gather(graph.concat(0, hq, scope.weight("model.embed_tokens.additional_embedding.weight")), order, 0);
    }

    /**
     * {@return values of the placeholders, by name}
     *
     * @param config the decoder's sizes
     * @param ids    [n], each in the vocabulary
     */
    public static Map<String, INDArray> values(DecoderConfig config, int[] ids) {
        int table = config.tableSize();
        Map<String, INDArray> values = new HashMap<>();
        values.put(IDS, Nd4j.createFromArray(IntStream.of(ids).map(id -> id < table ? id : 0).toArray()));
        if (config.additionalTokens() > 0) {
            values.put(ORDER, Nd4j.createFromArray(IntStream.range(0, ids.length)
                    .map(i -> ids[i] < table ? i : ids.length + ids[i] - table).toArray()));
        }
        return values;
    }
}
