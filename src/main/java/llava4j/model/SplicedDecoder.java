package llava4j.model;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import llava4j.execution.EmptyGraph;
import llava4j.graph.Scope;
import llava4j.language.BetweenLayers;
import llava4j.language.Decoder;
import llava4j.language.DecoderInputs;
import llava4j.language.WordEmbedding;
import llava4j.connector.Connector;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figure 1 of the paper as a graph, from the encoder's features on: Zv → connector → Hv, spliced among Hq or looked at from
 * between the layers, through f.
 *
 * <p>The encoder has a graph of its own ({@link ImageEncoder}): it is frozen in both stages, so its features are computed
 * once and kept. The three graphs that end in a loss, in logits or in one more token all begin with this one.
 */
final class SplicedDecoder {

    final SameDiff graph = EmptyGraph.create();
    final Scope language;
    final Decoder decoder;
    final Decoder.Output output;
    /** What a token that comes later needs of the connector. */
    final Map<String, SDVariable> kept;

    /**
     * @param trained which parameters get a gradient
     * @param images  whether there are pictures
     * @param dropout whether adapted layers drop inputs out, as in training
     */
    SplicedDecoder(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                   boolean images, boolean dropout) {
        Scope plain = Scope.root(graph, weights, trained);
        Scope root = dropout ? plain.droppingOut() : plain;
        language = root.at("language_model");
        decoder = new Decoder(config.decoder(), batch);

        SDVariable hq = WordEmbedding.of(language, config.decoder(), -1);                 // [B*T] -> [B*T, D]
        SDVariable h = hq;
        BetweenLayers between = BetweenLayers.NOTHING;
        if (config.connects(images)) {
            Connector connector = config.connector();
            SDVariable zv = graph.placeHolder("image_features_pre_projection", DataType.FLOAT, -1, connector.inputSize());
            // [N*S, Dv] -> [N*P, D], or what layers in the decoder look at
            SDVariable hv = connector.read(root, zv, config.features()).rename("image_features");
            h = connector.isSpliced() ? Splice.of(language, hq, hv, graph.placeHolder("splice_order", DataType.INT32, -1)) : hq;
            between = connector.inDecoder(root, hv, config.decoder(), batch);
        }
        DecoderInputs inputs = DecoderInputs.placeholders(graph, config.decoder(), batch);
        output = decoder.of(language, h, inputs, List.of(), between);
        kept = between.kept();
    }

    /**
     * Logits at chosen rows: the vocabulary is the widest matrix of the model, and most rows' predictions are not asked.
     *
     * @param rows [n] rows among the B*T
     * @return [n, V]
     */
    SDVariable logitsAt(SDVariable rows) {
        // [B*T, D] -> [n, D] -> [n, V]
        SDVariable chosen = graph.gather(output.last(), rows, 0);
        return decoder.logits(language, decoder.finalNorm(language, chosen));
    }
}
