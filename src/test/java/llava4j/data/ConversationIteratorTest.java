package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.model.LossGraph;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

@DisplayName("Batches of conversations")
class ConversationIteratorTest {

    @TempDir
    static Path folder;
    private static SmallWorld world;
    private static Llava model;
    private static FeatureStore features;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        model = world.model();
        features = Pictures.features(model, world.images(),
                IntStream.rangeClosed(1, 12).mapToObj(i -> String.format("%06d.png", i)).collect(Collectors.toList()));
    }

    private static ConversationIterator batches(Path file, int batch, long seed) {
        SampleCheck check = Stage.INSTRUCTION_TUNING.check(model, file, Optional.of(world.images()), SampleRules.STRICT);
        return new ConversationIterator(check.set(), features, batch, LastBatch.DROPPED, seed, model.config().padTokenId());
    }

    @Test
    @DisplayName("show every sample once in an epoch, and the next epoch in another order")
    void epochs() {
        ConversationIterator batches = batches(world.file("instructions.json"), 4, 1);
        int steps = batches.stepsAnEpoch();
        Set<Object> seen = new HashSet<>();
        for (int step = 0; step < steps; step++) {
            seen.addAll(batches.at(step).getExampleMetaData());
        }
        assertEquals(steps * 4, seen.size(), "none twice");
        assertNotEquals(batches.at(0).getExampleMetaData(), batches.at(steps).getExampleMetaData());
    }

    @Test
    @DisplayName("are a function of seed and step, whatever was asked for before")
    void byStep() {
        ConversationIterator one = batches(world.file("instructions.json"), 4, 1);
        ConversationIterator other = batches(world.file("instructions.json"), 4, 1);
        one.at(0);
        one.at(9);
        assertEquals(other.at(3).getExampleMetaData(), one.at(3).getExampleMetaData());
        assertTrue(Near.sameBits(other.at(3).getFeatures(1), one.at(3).getFeatures(1)));
        assertNotEquals(other.at(3).getExampleMetaData(),
                batches(world.file("instructions.json"), 4, 2).at(3).getExampleMetaData());
    }

    @Test
    @DisplayName("bring each row's own picture, and mask padding out of attention and loss")
    void rows() {
        MultiDataSet set = batches(world.file("instructions.json"), 4, 1).at(0);
        int[][] ids = set.getFeatures(0).toIntMatrix();
        int[][] labels = set.getLabels(0).toIntMatrix();
        int[][] mask = set.getFeaturesMaskArray(0).toIntMatrix();
        for (int b = 0; b < 4; b++) {
            String image = set.getExampleMetaData().get(b).toString().substring(0, 6) + ".png";
            INDArray own = features.of(List.of(image));
            for (int p = 0; p < 9; p++) {
                assertTrue(Near.sameBits(own.getRow(p), set.getFeatures(1).getRow(9L * b + p)), image);
            }
            for (int t = 0; t < ids[b].length; t++) {
                if (mask[b][t] == 0) {
                    assertEquals(model.config().padTokenId(), ids[b][t]);
                    assertEquals(LossGraph.IGNORED, labels[b][t]);
                }
            }
        }
    }

    @Test
    @DisplayName("hold samples of like length, so that little is padding")
    void likeLengths() {
        int[] lengths = new Random(3).ints(640, 10, 100).toArray();
        LengthGroupedBatches grouped = new LengthGroupedBatches(lengths, 8, LastBatch.DROPPED, 0);
        long tokens = 0;
        long places = 0;
        for (int step = 0; step < grouped.stepsAnEpoch(); step++) {
            int[] own = Arrays.stream(grouped.at(step)).map(i -> lengths[i]).toArray();
            tokens += Arrays.stream(own).sum();
            places += 8L * Arrays.stream(own).max().orElseThrow();
        }
        assertTrue(tokens > 0.9 * places, tokens + " tokens on " + places + " places");
        int[] all = IntStream.range(0, grouped.stepsAnEpoch()).flatMap(step -> Arrays.stream(grouped.at(step))).sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, 640).toArray(), all);
    }

    @Test
    @DisplayName("with the last batch kept, every sample is in one step of each epoch; dropped, whole batches alone")
    void lastBatch() {
        int[] lengths = IntStream.range(0, 63).map(i -> 5 + i % 7).toArray();
        LengthGroupedBatches kept = new LengthGroupedBatches(lengths, 32, LastBatch.KEPT, 0);
        assertEquals(2, kept.stepsAnEpoch());
        for (int epoch = 0; epoch < 3; epoch++) {
            int[] whole = kept.at(2 * epoch);
            int[] rest = kept.at(2 * epoch + 1);
            assertEquals(32, whole.length);
            assertEquals(31, rest.length);
            assertArrayEquals(IntStream.range(0, 63).toArray(),
                    IntStream.concat(Arrays.stream(whole), Arrays.stream(rest)).sorted().toArray());
            assertArrayEquals(new LengthGroupedBatches(lengths, 32, LastBatch.DROPPED, 0).at(epoch), whole,
                    "the whole batches are the same either way");
        }
        LengthGroupedBatches few = new LengthGroupedBatches(new int[] {3, 4}, 32, LastBatch.KEPT, 0);
        assertEquals(1, few.stepsAnEpoch());
        assertEquals(2, few.at(0).length, "no sample repeats");
        assertEquals(32, new LengthGroupedBatches(new int[] {3, 4}, 32, LastBatch.DROPPED, 0).at(0).length);
    }
}
