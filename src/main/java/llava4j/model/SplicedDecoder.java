package llava4j.model;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import llava4j.execution.EmptyGraph;
import llava4j.graph.Scope;
import llava4j.language.Decoder;
import llava4j.language.DecoderInputs;
import llava4j.projector.Projector;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figure 1 of the paper as a graph, from the encoder's features on: Zv → W → Hv, spliced among Hq, through f.
 *
 * <p>The encoder has a graph of its own ({@link ImageEncoder}): it is frozen in both stages, so its features are computed
 * once and kept. The three graphs that end in a loss, in logits or in one more token all begin with this one.
 */
final class SplicedDecoder {

    final SameDiff graph = EmptyGraph.create();
    final Scope language;
    final Decoder decoder;
    final Decoder.Output output;

    /**
     * @param trained which parameters get a gradient
     * @param images  whether there is a projector; without one the decoder reads words alone
     * @param dropout whether adapted layers drop inputs out, as in training
     */
    SplicedDecoder(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                   boolean images, boolean dropout) {
        Scope plain = Scope.root(graph, weights, trained);
        Scope root = dropout ? plain.droppingOut() : plain;
        language = root.at("language_model");
        decoder = new Decoder(config.decoder(), batch);

        SDVariable words = graph.placeHolder("word_ids", DataType.INT32, -1);
        SDVariable hq = Decoder.embed(language, words);                                   // [B*T] -> [B*T, D]
        SDVariable h = hq;
        if (images) {
            SDVariable zv = graph.placeHolder("image_features_pre_projection", DataType.FLOAT, -1,
                    config.projector().inputSize());
            SDVariable hv = Projector.of(root.at("multi_modal_projector"), zv, config.projector())
                    .rename("image_features");                                            // [N*P, Dv] -> [N*P, D]
            SDVariable order = graph.placeHolder("splice_order", DataType.INT32, -1);
            h = Splice.of(language, hq, hv, order);                                       // [B*T, D]
        }
        DecoderInputs inputs = DecoderInputs.placeholders(graph, config.decoder(), batch);
        output = decoder.of(language, h, inputs, List.of());
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
