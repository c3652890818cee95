package llava4j.language;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What every layer of the decoder is told besides the tokens: where each stands, and whom it may see.
 *
 * <p>Both are placeholders, filled anew for each batch, so that one graph serves every length, padding on either side,
 * and decoding with a cache.
 *
 * @param queryRotation turns queries
 * @param keyRotation   turns keys; the same as for queries unless there are fewer key heads
 * @param mask          [B, 1, G*T, S], added to the scores; once for each of the G query heads that share a key head
 */
public record DecoderInputs(RotaryEmbedding queryRotation, RotaryEmbedding keyRotation, SDVariable mask) {

    /**
     * {@return placeholders in a graph for B rows}
     *
     * @param graph  the decoder's
     * @param config the decoder's sizes
     * @param batch  B
     */
    public static DecoderInputs placeholders(SameDiff graph, DecoderConfig config, int batch) {
        RotaryEmbedding queries = rotation(graph, "rotary_query", config, batch, config.heads());
        RotaryEmbedding keys = config.heads() == config.keyValueHeads()
                ? queries : rotation(graph, "rotary_key", config, batch, config.keyValueHeads());
        SDVariable mask = graph.placeHolder("mask", DataType.FLOAT, batch, 1, -1, -1);
        int sharing = config.heads() / config.keyValueHeads();
        // [B, 1, T, S] -> [B, 1, G*T, S]
        return new DecoderInputs(queries, keys, sharing == 1 ? mask
                : graph.concat(2, Collections.nCopies(sharing, mask).toArray(SDVariable[]::new)));
    }

    private static RotaryEmbedding rotation(SameDiff graph, String name, DecoderConfig config, int batch, int heads) {
        return new RotaryEmbedding(
                graph.placeHolder(name + "_cos", DataType.FLOAT, batch, heads, -1, config.headSize()),
                graph.placeHolder(name + "_sin", DataType.FLOAT, batch, heads, -1, config.headSize()),
                config.headSize());
    }

    /**
     * {@return the arrays for the placeholders, by name}
     *
     * @param config    the decoder's sizes
     * @param positions [B][T] place of each token in its row
     * @param mask      [B, 1, T, S], from {@link llava4j.graph.CausalMask}
     */
    public static Map<String, INDArray> values(DecoderConfig config, int[][] positions, INDArray mask) {
        Map<String, INDArray> values = new HashMap<>();
        values.put("mask", mask);
        putRotation(values, "rotary_query", config, positions, config.heads());
        if (config.heads() != config.keyValueHeads()) {
            putRotation(values, "rotary_key", config, positions, config.keyValueHeads());
        }
        return values;
    }

    private static void putRotation(Map<String, INDArray> values, String name, DecoderConfig config,
                                    int[][] positions, int heads) {
        int size = config.headSize();
        values.put(name + "_cos", RotaryEmbedding.cosines(positions, heads, size, config.ropeTheta()));
        values.put(name + "_sin", RotaryEmbedding.sines(positions, heads, size, config.ropeTheta()));
    }
}
