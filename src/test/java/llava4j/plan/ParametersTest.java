package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import llava4j.Fixtures;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.connector.ProjectorConfig;
import llava4j.train.Stage;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The formulas of plan count")
class ParametersTest {

    static Stream<LlavaConfig> configurations() {
        VisionConfig vision = VisionConfig.VIT_B_32.withImageSize(30).withPatchSize(10).withHiddenSize(12)
                .withIntermediateSize(20).withLayers(3).withHeads(2).withActivation("gelu");
        DecoderConfig biases = DecoderConfig.VICUNA_7B.withVocabularySize(50).withHiddenSize(24).withIntermediateSize(40)
                .withLayers(3).withHeads(4).withKeyValueHeads(1).withHeadSize(10).withBiases().withTiedEmbeddings(true);
        LlavaConfig everyOption = new LlavaConfig(vision, new ProjectorConfig("mlp2x_gelu", 12, 24, false, "gelu"), biases,
                -1, true, 3, 1, List.of(2), 0);
        return Stream.concat(Stream.of(everyOption), Stream.concat(
                Stream.of("llava_linear", "llava_mlp2x_gqa", "llama", "blip2", "idefics").map(name -> Fixtures.model(name).llava()),
                Presets.names().stream().map(Presets::of)));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @DisplayName("every number of every tensor that a checkpoint must hold, part by part")
    void everyTensor(LlavaConfig config) {
        Parameters counted = Parameters.of(config);
        assertEquals(sum(config, name -> name.startsWith("vision_tower.")), counted.encoder());
        assertEquals(sum(config, name -> !name.startsWith("vision_tower.") && !name.startsWith("language_model.")), counted.projector());
        assertEquals(sum(config, name -> name.startsWith("language_model.")), counted.decoder());
        assertEquals(sum(config, name -> name.contains(".embed_tokens.")), counted.embeddings());
        assertEquals(sum(config, name -> name.contains(".lm_head.")), counted.head());
        assertEquals(sum(config, name -> true), counted.all());
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @DisplayName("as trained what each stage trains")
    void trained(LlavaConfig config) {
        for (int stage = 1; stage <= 2; stage++) {
            assertEquals(sum(config, Stage.of(stage).trained()), Parameters.of(config).trained(stage));
        }
    }

    @Test
    @DisplayName("the paper's model: Vicuna-7B, ViT-L/14, and a matrix of 1024 by 4096 with its bias")
    void sevenBillion() {
        assertEquals(new Parameters(303_179_776, 1024 * 4096 + 4096, 131_072_000, 6_476_271_616L, 131_072_000, 0),
                Parameters.of(Presets.of("llava-7b")));
    }

    private static long sum(LlavaConfig config, Predicate<String> names) {
        Map<String, long[]> tensors = ExpectedTensors.of(config);
        return tensors.entrySet().stream().filter(tensor -> names.test(tensor.getKey()))
                .mapToLong(tensor -> Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b)).sum();
    }
}
