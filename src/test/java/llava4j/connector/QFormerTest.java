package llava4j.connector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import llava4j.execution.EmptyGraph;
import llava4j.graph.Scope;
import llava4j.language.DecoderConfig;
import llava4j.support.Near;
import llava4j.support.Reference;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The Q-Former")
class QFormerTest {

    private static final double[][] PICTURE = {{1, 0}, {0, 2}};

    @Test
    @DisplayName("with one query and one layer gives what is worked out by hand")
    void byHand() {
        QFormerConfig config = new QFormerConfig(2, 1, 2, 2, 1, 1, 2, "relu", 1e-12, 1e-6, 2);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        config.shapes(TinyModel.DECODER).forEach((name, shape) -> weights.put(name, Nd4j.zeros(DataType.FLOAT, shape)));
        weights.forEach((name, array) -> {
            if (name.toLowerCase(java.util.Locale.ROOT).contains("norm") && name.endsWith("weight")) {
                array.assign(1);
            }
        });
        // norm(q) = (1, −1); a single query finds itself: value 0, and norm((1, −1) + 0) is (1, −1) again
        weights.get("query_tokens").putScalar(0, 0, 0, 5).putScalar(0, 0, 1, 3);
        // It looks for the first feature alone: scores (1, −1)·(1, 0)/√2 · ln 3 · √2 and 0, so ln 3 and 0: weights ¾ and ¼
        String look = "qformer.encoder.layer.0.crossattention.";
        weights.get(look + "attention.query.weight").putScalar(0, 0, Math.log(3) * Math.sqrt(2));
        weights.get(look + "attention.key.weight").putScalar(0, 0, 1);
        weights.get(look + "attention.value.weight").putScalar(0, 0, 1).putScalar(1, 1, 1);
        // ¾ (1, 0) + ¼ (0, 2) = (0.75, 0.5), times 4 in its first feature: (3, 0); with (1, −1): (4, −1), of mean 1.5
        weights.get(look + "output.dense.weight").putScalar(0, 0, 4);
        // norm((4, −1)) = (1, −1); the feed-forward part adds 2 · relu(1) to the second: (1, 1), of no deviation: (0, 0) + bias
        weights.get("qformer.encoder.layer.0.intermediate_query.dense.weight").putScalar(0, 0, 1);
        weights.get("qformer.encoder.layer.0.output_query.dense.weight").putScalar(1, 0, 2);
        weights.get("qformer.encoder.layer.0.output_query.LayerNorm.bias").putScalar(0, 7).putScalar(1, -7);
        SameDiff graph = EmptyGraph.create();
        SDVariable zv = graph.placeHolder("zv", DataType.FLOAT, -1, 2);
        QFormer.answers(Scope.root(graph, weights, name -> false), zv, 2, config).rename("answer");
        Map<String, INDArray> out = graph.output(Map.of("zv", Nd4j.createFromArray(PICTURE).castTo(DataType.FLOAT),
                QFormer.PICTURES, Nd4j.ones(DataType.FLOAT, 1, 1)), "qformer_cross_attention_weights.0",
                "qformer_cross_attention.0", "answer");
        assertArrayEquals(new double[] {0.75, 0.25}, out.get("qformer_cross_attention_weights.0").ravel().toDoubleVector(), 1e-6);
        assertArrayEquals(new double[] {1, -1}, out.get("qformer_cross_attention.0").ravel().toDoubleVector(), 1e-6);
        assertArrayEquals(new double[] {7, -7}, out.get("answer").ravel().toDoubleVector(), 1e-3);
    }

    @Test
    @DisplayName("reads features of any length, as transformers does alone, without an encoder")
    void otherLength() {
        Reference reference = new Reference("blip2");
        INDArray features = reference.of("qformer_only.encoder_hidden_states");
        QFormerConfig config = (QFormerConfig) reference.config().connector();
        SameDiff graph = EmptyGraph.create();
        SDVariable zv = graph.placeHolder("zv", DataType.FLOAT, -1, config.inputSize());
        QFormer.answers(Scope.root(graph, reference.weights, name -> false), zv, (int) features.size(1), config).rename("answer");
        Near.assertNear(Reference.rows(reference.of("qformer_only.query_output")), graph.output(Map.of("zv",
                Reference.rows(features), QFormer.PICTURES, Nd4j.ones(DataType.FLOAT, 1, 1)), "answer").get("answer"), 2e-5,
                "answers");
    }

    @Test
    @DisplayName("looks at the picture in layers 0, 2, 4, … alone: the others have no such weights")
    void everySecondLayer() {
        QFormerConfig config = new QFormerConfig(6, 3, 4, 8, 5, 2, 2, "gelu", 1e-12, 1e-5, 8);
        for (int layer = 0; layer < 5; layer++) {
            assertEquals(layer % 2 == 0, config.shapes(TinyModel.DECODER)
                    .containsKey("qformer.encoder.layer." + layer + ".crossattention.attention.query.weight"), "layer " + layer);
        }
    }

    @Test
    @DisplayName("has queries that stay equal for ever if they begin equal, so they begin at random")
    void equalQueries() {
        QFormerConfig config = new QFormerConfig(6, 3, 4, 8, 2, 2, 2, "gelu", 1e-12, 1e-5, 8);
        Map<String, INDArray> weights = config.fresh(TinyModel.DECODER, 1);
        INDArray queries = weights.get("query_tokens").dup();
        assertFalse(Near.sameBits(queries.slice(0).getRow(0), queries.slice(0).getRow(1)), "fresh queries differ");
        assertTrue(gradientsOfQueriesDiffer(config, weights), "different queries have different gradients");
        weights.get("query_tokens").assign(0);
        assertFalse(gradientsOfQueriesDiffer(config, weights), "equal queries have one gradient, so a step leaves them equal");
    }

    private static boolean gradientsOfQueriesDiffer(QFormerConfig config, Map<String, INDArray> weights) {
        SameDiff graph = EmptyGraph.create();
        SDVariable zv = graph.placeHolder("zv", DataType.FLOAT, -1, 6);
        SDVariable hv = QFormer.of(Scope.root(graph, weights, name -> name.equals("query_tokens")), zv, 2, config);
        hv.mul(hv).sum().rename("loss");
        graph.setLossVariables("loss");
        INDArray gradient = graph.calculateGradients(Map.of("zv", TinyModel.gaussian(new Random(2), 1, 2, 6), QFormer.PICTURES,
                Nd4j.ones(DataType.FLOAT, 1, 1)), "query_tokens").get("query_tokens").slice(0);
        return Near.distance(gradient.getRow(0), gradient.getRow(1)) > 1e-6;
    }
}
