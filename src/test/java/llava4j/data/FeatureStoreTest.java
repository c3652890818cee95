package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.Template;
import llava4j.error.UserError;
import llava4j.image.ImageConvention;
import llava4j.image.ImageProcessorConfig;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingPlan;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Features of pictures")
class FeatureStoreTest {

    @TempDir
    static Path folder;
    private static SmallWorld world;
    private static Llava model;
    private static List<String> names;

    @BeforeAll
    static void paint() {
        world = SmallWorld.in(folder);
        model = world.model();
        names = new PictureFolder(world.images()).pictures();
    }

    @Test
    @DisplayName("in memory, in a folder and computed as needed train the same weights, bit for bit, with several pictures, "
            + "one, or none in a sample")
    void sameTraining() {
        Near.assumeBatchesRoundAlike();
        List<Conversation> samples = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            List<String> images = names.subList(i, i + i % 3);
            samples.add(new Conversation("s" + i, images, List.of(new Turn("<image>".repeat(images.size()) + "\nwhat is it ?",
                    "a red circle ."))));
        }
        Path data = folder.resolve("mixed.json");
        ConversationFile.write(data, samples);
        FeatureFolder kept = encoded("kept", model, FeatureFolder.Precision.FLOAT32, names);
        INDArray[] trained = Stream.of(null, kept, new FeaturesAsNeeded(model, world.images(), names)).map(features -> {
            Llava own = model.copy();
            SampleCheck check = Stage.INSTRUCTION_TUNING.check(own, data, Optional.of(world.images()), SampleRules.STRICT);
            StageRun run = new StageRun(Stage.INSTRUCTION_TUNING, own, check, world.images(), 4, 3, features, LastBatch.KEPT);
            run.train(TrainingPlan.ofSteps(7).withBatch(4).withSeed(3), (step, steps, loss, tokens) -> { }, null, false);
            return own.weights().get("multi_modal_projector.linear_1.weight");
        }).toArray(INDArray[]::new);
        assertTrue(Near.sameBits(trained[0], trained[1]), "in a folder");
        assertTrue(Near.sameBits(trained[0], trained[2]), "as needed");
        assertNotEquals(model.weights().get("multi_modal_projector.linear_1.weight"), trained[0]);
    }

    @Test
    @DisplayName("in a folder have the checksum that they have in memory, so that a run may go on with either")
    void sameChecksum() {
        assertEquals(Pictures.features(model, world.images(), names).checksum(names),
                encoded("checksum", model, FeatureFolder.Precision.FLOAT32, names).checksum(names));
    }

    @Test
    @DisplayName("are kept in memory up to a gigabyte, and computed as needed beyond it")
    void byTheirSize() {
        long most = Pictures.MOST_KEPT / Pictures.bytes(model, 1);
        assertEquals(Pictures.MOST_KEPT / (9L * 8 * 4), most);
        assertTrue(Pictures.ofDataSet(model, world.images(), names) instanceof FeaturesInMemory);
    }

    @Test
    @DisplayName("in float16 are the nearest that float16 has")
    void halfPrecision() {
        INDArray exact = Pictures.features(model, world.images(), names).of(names);
        INDArray half = encoded("half", model, FeatureFolder.Precision.FLOAT16, names).of(names);
        for (long i = 0; i < exact.length(); i++) {
            assertEquals(exact.getFloat(i), half.getFloat(i), Math.max(Math.abs(exact.getFloat(i)) * 0x1p-11, 0x1p-25));
        }
    }

    @Test
    @DisplayName("that are in the folder already are not encoded again")
    void goesOn() {
        encoded("begun", model, FeatureFolder.Precision.FLOAT32, names.subList(0, 5));
        FeatureFolder again = FeatureFolder.open(folder.resolve("begun"), model, Optional.empty());
        List<Integer> counts = new ArrayList<>();
        new PictureEncoding(model, world.images(), again).encode(names, (done, all) -> counts.add(all), fault -> { });
        assertEquals(names.size() - 5, counts.get(counts.size() - 1));
        assertEquals(List.of(), FeatureFolder.open(folder.resolve("begun"), model, Optional.empty()).missing(names));
    }

    @Test
    @DisplayName("of a picture that cannot be read are told of as missing; those of the others are kept")
    void badPicture() throws IOException {
        Path some = Files.createDirectories(folder.resolve("some"));
        byte[] picture = Files.readAllBytes(world.images().resolve(names.get(0)));
        Files.write(some.resolve("a.png"), picture);
        Files.write(some.resolve("cut.png"), java.util.Arrays.copyOf(picture, picture.length / 2));
        Files.write(some.resolve("z.png"), picture);
        FeatureFolder features = FeatureFolder.open(folder.resolve("some-features"), model, Optional.empty());
        List<String> faults = new ArrayList<>();
        Set<String> bad = new PictureEncoding(model, some, features).encode(List.of("a.png", "cut.png", "gone.png", "z.png"),
                (done, all) -> { }, faults::add);
        assertEquals(Set.of("cut.png", "gone.png"), bad);
        assertTrue(faults.get(0).contains("cut.png"), faults.get(0));
        assertTrue(Near.sameBits(features.of(List.of("a.png")), features.of(List.of("z.png"))));
    }

    @Test
    @DisplayName("of another layer, another encoder or another way to read pictures are refused in one line that says which")
    void otherOrigin() {
        encoded("origin", model, FeatureFolder.Precision.FLOAT32, names.subList(0, 2));
        assertTrue(refusal(new Llava(model.config().withFeatureLayer(-1), model.weights(), world.tokenizer(), ImageProcessorConfig.tinyWorld(), false,
                Template.V1, "")).contains("(layer was -2, now -1)"));
        Llava other = model.copy();
        other.weights().get("vision_tower.vision_model.embeddings.patch_embedding.weight").putScalar(0, 0.5);
        assertTrue(refusal(other).contains("(vision tower was checksum "));
        assertTrue(refusal(model.withImageConvention(ImageConvention.LLAVA))
                .contains("(--image-convention was transformers, now llava)"));
    }

    private static String refusal(Llava other) {
        String message = assertThrows(UserError.class,
                () -> FeatureFolder.open(folder.resolve("origin"), other, Optional.empty())).getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    @DisplayName("of another precision than the folder's are refused")
    void otherPrecision() {
        encoded("sixteen", model, FeatureFolder.Precision.FLOAT16, names.subList(0, 2));
        String message = assertThrows(UserError.class, () -> FeatureFolder.open(folder.resolve("sixteen"), model,
                Optional.of(FeatureFolder.Precision.FLOAT32))).getMessage();
        assertTrue(message.endsWith("its features are float16, not float32: choose another folder, or --precision float16"),
                message);
    }

    @Test
    @DisplayName("of which a single bit has changed are found out when they are read")
    void changedBit() throws IOException {
        encoded("damaged", model, FeatureFolder.Precision.FLOAT32, names.subList(0, 2));
        Path shard;
        try (Stream<Path> files = Files.list(folder.resolve("damaged"))) {
            shard = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 4] ^= 1;
        Files.write(shard, bytes);
        FeatureFolder opened = FeatureFolder.open(folder.resolve("damaged"), model, Optional.empty());
        opened.of(names.subList(0, 1));
        String message = assertThrows(UserError.class, () -> opened.of(names.subList(1, 2))).getMessage();
        assertTrue(message.contains("the features of " + names.get(1) + " do not fit their checksum"), message);
    }

    @Test
    @DisplayName("computed as needed are those of the step that asks, also where another was expected")
    void notAsExpected() {
        Near.assumeBatchesRoundAlike();
        FeaturesAsNeeded features = new FeaturesAsNeeded(model, world.images(), names);
        features.expect(List.of(names.get(0)));
        INDArray exact = Pictures.features(model, world.images(), names).of(List.of(names.get(1), names.get(1)));
        assertTrue(Near.sameBits(exact, features.of(List.of(names.get(1), names.get(1)))));
    }

    @Test
    @DisplayName("leave out the samples whose picture turned out to be none, and only those")
    void leftOut() {
        Path data = folder.resolve("left-out.json");
        ConversationFile.write(data, Stream.of(0, 1, 2).map(i -> new Conversation("s" + i, List.of(names.get(i)),
                List.of(new Turn("<image>\nwhat is it ?", "a red circle .")))).toList());
        SampleCheck check = Stage.INSTRUCTION_TUNING.check(model, data, Optional.of(world.images()), SampleRules.STRICT);
        check.leaveOut(Set.of(names.get(1)));
        assertEquals(2, check.set().samples());
        assertEquals(List.of(names.get(0), names.get(2)), check.set().pictures());
        assertEquals(List.of(names.get(2)), check.set().images(1));
        assertTrue(check.notes().get(0).contains("s1"), check.notes().toString());
        assertThrows(UserError.class, () -> check.leaveOut(Set.copyOf(names)));
    }

    private static FeatureFolder encoded(String name, Llava model, FeatureFolder.Precision precision, List<String> pictures) {
        FeatureFolder features = FeatureFolder.open(folder.resolve(name), model, Optional.of(precision));
        new PictureEncoding(model, world.images(), features).encode(pictures, (done, all) -> { }, fault -> {
            throw new AssertionError(fault);
        });
        return FeatureFolder.open(folder.resolve(name), model, Optional.empty());
    }
}
