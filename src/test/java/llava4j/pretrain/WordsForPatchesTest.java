package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.connector.Connector;
import llava4j.connector.ConnectorType;
import llava4j.connector.Projector;
import llava4j.connector.ProjectorConfig;
import llava4j.data.FeatureStore;
import llava4j.graph.Scope;
import llava4j.pretrain.PointedPatches.Pointed;
import llava4j.support.Near;
import llava4j.support.Slope;
import llava4j.support.SmallWorld;
import llava4j.support.TinyModel;
import llava4j.train.Objective;
import llava4j.train.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Pictures of nine patches: the first row shows one of three things, the last row nothing, and what is between is not clear. */
@DisplayName("W's first words")
class WordsForPatchesTest {

    private static final List<String> NAMES = List.of("ball", "car", "tree");
    private static final String TABLE = "language_model.model.embed_tokens.weight";
    private static final int PATCHES = 9;
    private static final int WIDTH = 8;

    @TempDir
    static Path folder;
    private static Llava model;
    /** What each thing looks like, and after them what nothing looks like. */
    private static INDArray looks;
    private static INDArray positions;

    @BeforeAll
    static void things() {
        model = SmallWorld.in(folder).model(ConnectorType.MLP);
        looks = TinyModel.gaussian(new Random(1), 1, 4, WIDTH);
        positions = TinyModel.gaussian(new Random(2), 0.3, PATCHES, WIDTH);
    }

    private static final PointedPatches PICTURES = new PointedPatches(NAMES, IntStream.range(0, NAMES.size())
            .mapToObj(thing -> {
                int[] shown = new int[PATCHES];
                Arrays.fill(shown, 0, 3, thing);
                Arrays.fill(shown, 3, 6, Pointed.UNCLEAR);
                Arrays.fill(shown, 6, 9, Pointed.BACKGROUND);
                return new Pointed(String.valueOf(thing), shown);
            }).toList());

    /** A patch looks like the thing that it shows, and a little like its place, as a patch with an embedding of its position does. */
    private static final FeatureStore FEATURES = new FeatureStore() {
        @Override
        public INDArray of(List<String> images) {
            return Nd4j.vstack(images.stream().map(Integer::parseInt).map(thing -> looks.getRows(
                    thing, thing, thing, (thing + 1) % 3, (thing + 1) % 3, (thing + 1) % 3, 3, 3, 3).add(positions))
                    .toArray(INDArray[]::new));
        }

        @Override
        public String checksum(List<String> images) {
            return "";
        }
    };

    @Test
    @DisplayName("follow the slope of their loss")
    void gradient() {
        Llava learner = model.copy();
        learner.weights().get(TABLE).muli(40);      // words further apart than W's first steps are long: a slope that is nearly straight
        WordsForPatches objective = new WordsForPatches(learner, FEATURES, PICTURES, 0);
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        objective.at(0).gradients().forEach((name, gradient) -> gradients.put(name, gradient.dup()));
        assertEquals(objective.trained(), List.copyOf(gradients.keySet()));
        gradients.forEach((name, gradient) -> Slope.assertGradient(name, learner.weights().get(name), gradient,
                () -> objective.at(0).loss()));
    }

    @Test
    @DisplayName("are each nearer to the thing's own word than to another's; nothing but W has changed")
    void nearest() {
        Llava learner = model.copy();
        WordsForPatches objective = new WordsForPatches(learner, FEATURES, PICTURES, 0);
        double[] losses = new Trainer(WordsForPatches.plan(200, 0).withLearningRate(2e-2), learner.weights(), objective.trained(),
                "").run(objective, (step, all, loss, count) -> { }, null);
        assertTrue(losses[199] < 0.2 * losses[0], "from " + losses[0] + " to " + losses[199]);
        INDArray table = learner.weights().get(TABLE);
        INDArray words = Nd4j.vstack(NAMES.stream().map(name -> table.getRow(learner.tokenizer().encode(name, false)[0]).dup())
                .toArray(INDArray[]::new));
        INDArray said = said(learner, looks);
        for (int thing = 0; thing < NAMES.size(); thing++) {
            int own = thing;
            assertTrue(IntStream.range(0, NAMES.size()).allMatch(word -> word == own
                    || distance(words, word, said, own) > distance(words, own, said, own)), NAMES.get(thing));
        }
        learner.weights().forEach((name, weight) -> assertEquals(!Connector.owns(name),
                Near.sameBits(model.weights().get(name), weight), name));
    }

    @Test
    @DisplayName("say of the same thing in three places that it is in three places: what lies between them is what lies between the words")
    void places() {
        Llava learner = model.copy();
        WordsForPatches objective = new WordsForPatches(learner, FEATURES, PICTURES, 0);
        new Trainer(WordsForPatches.plan(400, 0).withLearningRate(2e-2), learner.weights(), objective.trained(), "")
                .run(objective, (step, all, loss, count) -> { }, null);
        INDArray table = learner.weights().get(TABLE);
        INDArray words = Nd4j.vstack(List.of(" top left", " top", " top right").stream().map(place ->
                table.getRows(learner.tokenizer().encode(place, false)).mean(true, 0)).toArray(INDArray[]::new));
        for (int thing = 0; thing < NAMES.size(); thing++) {
            INDArray said = said(learner, looks.getRows(thing, thing, thing).add(positions.getRows(0, 1, 2)));
            for (int[] pair : new int[][] {{0, 1}, {0, 2}, {1, 2}}) {
                INDArray between = said.getRow(pair[0]).sub(said.getRow(pair[1]));
                INDArray asTheWords = words.getRow(pair[0]).sub(words.getRow(pair[1]));
                double cosine = Transforms.cosineSim(between, asTheWords);
                assertTrue(cosine > 0.9, NAMES.get(thing) + ", places " + Arrays.toString(pair) + ": " + cosine);
            }
        }
    }

    @Test
    @DisplayName("come in an order that the step decides, so that a run which was stopped goes on as if it had not been")
    void order() {
        WordsForPatches objective = new WordsForPatches(model.copy(), FEATURES, PICTURES, 5);
        Objective.Step first = objective.at(3);
        objective.at(4);
        assertArrayEquals(first.sampleIds().toArray(), objective.at(3).sampleIds().toArray());
    }

    private static double distance(INDArray words, int word, INDArray said, int thing) {
        return words.getRow(word).distance2(said.getRow(thing));
    }

    private static INDArray said(Llava learner, INDArray features) {
        SameDiff graph = SameDiff.create();
        SDVariable hv = Projector.of(Scope.root(graph, learner.weights(), name -> false).at("multi_modal_projector"),
                graph.constant("zv", features), (ProjectorConfig) learner.config().connector());
        return hv.eval();
    }
}
