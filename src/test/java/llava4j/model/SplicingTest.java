package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.support.Near;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A picture enters the decoder as tokens in the place of <image>:")
class SplicingTest {

    private static final int I = TinyModel.IMAGE;

    private final LlavaConfig config = TinyModel.config("linear");
    private final Map<String, INDArray> weights = TinyModel.weights(config, 1);
    private final INDArray embeddings = weights.get("language_model.model.embed_tokens.weight");

    /** W Zv + b, by ND4J alone. */
    private INDArray projected(INDArray features) {
        return features.mmul(weights.get("multi_modal_projector.linear_1.weight").transpose())
                .addRowVector(weights.get("multi_modal_projector.linear_1.bias"));
    }

    private INDArray spliced(Prompt prompt) {
        return new ForwardGraph(config, weights, prompt.batch(), true).stations(prompt, "hidden.0").get("hidden.0");
    }

    @Test
    @DisplayName("image tokens are the projected features, words are their rows of the embedding matrix, to the bit")
    void wordsAndImageTokensInTheirPlaces() {
        int[] ids = {1, 9, I, I, I, I, 12, 5};
        Prompt prompt = Prompt.padded(List.of(ids), TinyModel.PAD, false, TinyModel.features(config, 1, 2));
        ForwardGraph graph = new ForwardGraph(config, weights, 1, true);
        Map<String, INDArray> stations = graph.stations(prompt, "image_features", "hidden.0");
        INDArray tokens = stations.get("image_features");
        INDArray h = stations.get("hidden.0");
        Near.assertNear(projected(prompt.features()), tokens, 1e-5, "Hv");
        int image = 0;
        for (int t = 0; t < ids.length; t++) {
            INDArray expected = ids[t] == I ? tokens.getRow(image++) : embeddings.getRow(ids[t]);
            assertTrue(Near.sameBits(expected, h.getRow(t)), "place " + t);
        }
        assertEquals(TinyModel.IMAGE_TOKENS, image);
    }

    @Test
    @DisplayName("the embedding of <image> itself has no part in it")
    void thePlaceholderIsReplacedNotAddedTo() {
        Prompt prompt = Prompt.padded(List.of(new int[] {1, I, I, I, I, 12}), TinyModel.PAD, false,
                TinyModel.features(config, 1, 2));
        INDArray before = new ForwardGraph(config, weights, 1, true).logits(prompt).dup();
        embeddings.getRow(I).assign(1000);
        INDArray after = new ForwardGraph(config, weights, 1, true).logits(prompt);
        assertTrue(Near.sameBits(before, after));
    }

    @Test
    @DisplayName("several pictures go to their places in order, across the rows of the batch, also behind padding on the left")
    void severalPicturesInOrder() {
        INDArray features = TinyModel.features(config, 3, 3);
        int[] two = {1, I, I, I, I, 7, I, I, I, I, 8};
        int[] one = {1, 9, I, I, I, I, 6};
        for (boolean left : new boolean[] {true, false}) {
            INDArray h = spliced(Prompt.padded(List.of(two, one), TinyModel.PAD, left, features));
            INDArray tokens = projected(features);
            int[] places = left ? new int[] {1, 2, 3, 4, 6, 7, 8, 9, 17, 18, 19, 20}
                    : new int[] {1, 2, 3, 4, 6, 7, 8, 9, 13, 14, 15, 16};
            for (int k = 0; k < places.length; k++) {
                Near.assertNear(tokens.getRow(k), h.getRow(places[k]), 1e-5, "image token " + k);
            }
        }
    }

    @Test
    @DisplayName("what a picture shows reaches every word behind it, and none before it")
    void wordsBehindAPictureSeeIt() {
        int[] ids = {1, 9, I, I, I, I, 12, 5};
        ForwardGraph graph = new ForwardGraph(config, weights, 1, true);
        INDArray a = graph.logits(Prompt.padded(List.of(ids), 0, false, TinyModel.features(config, 1, 2)))
                .reshape(8, TinyModel.VOCABULARY);
        INDArray b = graph.logits(Prompt.padded(List.of(ids), 0, false, TinyModel.features(config, 1, 3)))
                .reshape(8, TinyModel.VOCABULARY);
        for (int t = 0; t < 8; t++) {
            double distance = Near.distance(a.getRow(t), b.getRow(t));
            assertTrue(t < 2 ? distance == 0 : distance > 1e-3, "place " + t + " changed by " + distance);
        }
    }

    @Test
    @DisplayName("a batch without any picture passes through a graph that could take one, and says what words alone say")
    void aBatchWithoutPictures() {
        Prompt prompt = Prompt.padded(List.of(new int[] {1, 9, 12, 5}), TinyModel.PAD, false, null);
        Near.assertNear(new ForwardGraph(config, weights, 1, false).logits(prompt),
                new ForwardGraph(config, weights, 1, true).logits(prompt), 1e-6, "logits");
    }

    @ParameterizedTest(name = "{0} image tokens for one picture of four")
    @ValueSource(ints = {0, 3, 5, 8})
    @DisplayName("another number of image tokens than the pictures give is refused, both numbers named")
    void theNumberOfImageTokensMustFit(int count) {
        int[] ids = new int[count + 2];
        java.util.Arrays.fill(ids, I);
        ids[0] = 1;
        ids[count + 1] = 7;
        Prompt prompt = Prompt.padded(List.of(ids), TinyModel.PAD, false, TinyModel.features(config, 1, 2));
        ForwardGraph graph = new ForwardGraph(config, weights, 1, true);
        UserError error = assertThrows(UserError.class, () -> graph.logits(prompt));
        assertTrue(error.getMessage().contains(count + " image tokens") && error.getMessage().contains("give 4"),
                error.getMessage());
    }

    @Test
    @DisplayName("image tokens without any picture are refused, and ids that the vocabulary does not have")
    void whatCannotBeIsRefused() {
        ForwardGraph graph = new ForwardGraph(config, weights, 1, true);
        assertThrows(UserError.class,
                () -> graph.logits(Prompt.padded(List.of(new int[] {1, I, I, I, I}), 0, false, null)));
        for (int id : new int[] {-1, TinyModel.VOCABULARY}) {
            UserError error = assertThrows(UserError.class,
                    () -> graph.logits(Prompt.padded(List.of(new int[] {1, id}), 0, false, null)));
            assertTrue(error.getMessage().contains("token id " + id), error.getMessage());
        }
    }

    @Test
    @DisplayName("rows of different lengths are padded on the side that is asked for; positions count real tokens only")
    void padding() {
        Prompt left = Prompt.padded(List.of(new int[] {1, 7, 8}, new int[] {1}), 0, true, null);
        assertArrayEquals(new int[] {0, 0, 1}, left.ids()[1]);
        assertArrayEquals(new boolean[] {false, false, true}, left.attends()[1]);
        assertArrayEquals(new int[] {0, 0, 0}, left.positions()[1]);
        assertArrayEquals(new int[] {0, 1, 2}, left.positions()[0]);
        Prompt right = Prompt.padded(List.of(new int[] {1, 7, 8}, new int[] {1, 9}), 0, false, null);
        assertArrayEquals(new int[] {1, 9, 0}, right.ids()[1]);
        assertArrayEquals(new boolean[] {true, true, false}, right.attends()[1]);
    }

    @Test
    @DisplayName("the projection with two matrices has a GELU between them")
    void twoMatrices() {
        LlavaConfig mlp = TinyModel.config("mlp2x_gelu");
        Map<String, INDArray> w = TinyModel.weights(mlp, 5);
        Prompt prompt = Prompt.padded(List.of(new int[] {1, I, I, I, I}), 0, false, TinyModel.features(mlp, 1, 2));
        double[][] hidden = prompt.features().mmul(w.get("multi_modal_projector.linear_1.weight").transpose())
                .addRowVector(w.get("multi_modal_projector.linear_1.bias")).toDoubleMatrix();
        for (double[] row : hidden) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= normal(row[i]);
            }
        }
        INDArray expected = Nd4j.createFromArray(hidden).castTo(DataType.FLOAT)
                .mmul(w.get("multi_modal_projector.linear_2.weight").transpose())
                .addRowVector(w.get("multi_modal_projector.linear_2.bias"));
        Near.assertNear(expected, new ForwardGraph(mlp, w, 1, true).stations(prompt, "image_features")
                .get("image_features"), 1e-5, "Hv");
    }

    /** Φ(x), the area under the normal distribution, summed up in thin slices. */
    private static double normal(double x) {
        int slices = 20_000;
        double width = (x + 10) / slices;
        double sum = 0;
        for (int i = 0; i < slices; i++) {
            double middle = -10 + (i + 0.5) * width;
            sum += Math.exp(-middle * middle / 2);
        }
        return sum * width / Math.sqrt(2 * Math.PI);
    }
}
