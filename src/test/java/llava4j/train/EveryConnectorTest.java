package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.connector.Connector;
import llava4j.connector.ConnectorType;
import llava4j.conversation.Conversation;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.model.ForwardGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("With every connector")
class EveryConnectorTest {

    @TempDir
    private Path folder;

    /** Names of the parameters that are not what they were. */
    private static Set<String> changed(Map<String, INDArray> before, Llava model) {
        return before.keySet().stream().filter(name -> !Near.sameBits(before.get(name), model.weights().get(name)))
                .collect(Collectors.toSet());
    }

    private static void train(SmallWorld world, Llava model, Stage stage, String data) {
        new StageRun(stage, model, world.file(data), world.images(), 4, 1).train(TrainingPlan.ofSteps(2).withBatch(4), (step, steps,
                loss, tokens) -> { }, null, false);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("stage 1 teaches the connector alone, stage 2 the decoder too, and nothing teaches the encoder")
    void stages(ConnectorType type) {
        SmallWorld world = SmallWorld.in(folder);
        Llava model = world.model(type);
        Map<String, INDArray> before = Near.copy(model.weights());
        train(world, model, Stage.FEATURE_ALIGNMENT, "captions.json");
        Set<String> first = changed(before, model);
        assertFalse(first.isEmpty());
        assertTrue(first.stream().allMatch(Connector::owns), first::toString);
        before = Near.copy(model.weights());
        train(world, model, Stage.INSTRUCTION_TUNING, "instructions.json");
        Set<String> second = changed(before, model);
        assertTrue(second.stream().anyMatch(Connector::owns));
        assertTrue(second.stream().anyMatch(name -> name.startsWith("language_model.")));
        assertTrue(second.stream().noneMatch(name -> name.startsWith("vision_tower.")));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a model that is written is the same when it is opened, and answers with the cache as without it")
    void writtenAndOpened(ConnectorType type) {
        SmallWorld world = SmallWorld.in(folder);
        Llava model = world.model(type);
        model.save(folder.resolve("model"));
        Llava opened = Llava.open(folder.resolve("model"), Optional.empty());
        assertEquals(model.config().connector(), opened.config().connector());
        assertEquals(model.config().imageTokens(), opened.config().imageTokens());
        INDArray features = opened.imageFeaturesOf(List.of(world.images().resolve(picture(world))));
        int[] prompt = opened.conversationEncoder().prompt(List.of(new Conversation.Turn("<image>\nwhat is this?", null)));
        assertTrue(Near.sameBits(logits(model, prompt, features), logits(opened, prompt, features)));
        int[] answer = new Generator(opened.config().withEosTokenIds(List.of()), opened.weights()).generate(Prompt.padded(
                List.of(prompt), 0, true, features), 6, Sampler.greedy(), (row, token) -> { }).get(0);
        int[] anew = new int[6];
        for (int i = 0; i < anew.length; i++) {
            int[] sofar = Arrays.copyOf(prompt, prompt.length + i);
            System.arraycopy(anew, 0, sofar, prompt.length, i);
            INDArray logits = logits(opened, sofar, features).slice(0);
            anew[i] = logits.getRow(sofar.length - 1).argMax().getInt(0);
        }
        assertArrayEquals(anew, answer);
    }

    private static String picture(SmallWorld world) {
        return Arrays.stream(world.images().toFile().list()).sorted().findFirst().orElseThrow();
    }

    private static INDArray logits(Llava model, int[] prompt, INDArray features) {
        return new ForwardGraph(model.config(), model.weights(), 1, true).logits(Prompt.padded(List.of(prompt), 0, true, features));
    }
}
