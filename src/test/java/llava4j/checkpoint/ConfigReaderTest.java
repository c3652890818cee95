package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.language.DecoderConfig;
import llava4j.error.UserError;
import llava4j.model.LlavaConfig;
import llava4j.connector.ProjectorConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A config.json")
class ConfigReaderTest {

    private static final DecoderConfig LLAMA_7B = DecoderConfig.VICUNA_7B.withRmsNormEps(1e-6);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("that leaves everything out means what it means to transformers: CLIP ViT-L/14 at 336 pixels, LLaMA 7B")
    void missingKeysHaveTheDefaultsOfTheReference() throws IOException {
        LlavaConfig config = open("{'model_type': 'llava'}").llava();
        assertEquals(LlavaConfig.of(VisionConfig.VIT_L_14_336, "mlp2x_gelu", LLAMA_7B).withImageTokenId(32_000), config);
        assertEquals(576, config.imageTokens());
        assertEquals(LLAMA_7B, open("{'model_type': 'llama'}").llava().decoder());
        assertEquals(new ClipConfig(VisionConfig.VIT_B_32,
                TextTowerConfig.VIT_B_32, 512), open("{'model_type': 'clip'}").clip());
    }

    @Test
    @DisplayName("of llava-1.5-7b, as it is published, is read as such")
    void theLittleThatThePublishedFileSaysIsEnough() throws IOException {
        LlavaConfig config = open("""
                {'model_type': 'llava', 'image_token_index': 32000, 'pad_token_id': 32001, 'projector_hidden_act': 'gelu',
                 'vision_feature_layer': -2, 'vision_feature_select_strategy': 'default', 'tie_word_embeddings': false,
                 'text_config': {'model_type': 'llama', 'max_position_embeddings': 4096, 'rms_norm_eps': 1e-05,
                                 'torch_dtype': 'float16', 'vocab_size': 32064},
                 'vision_config': {'model_type': 'clip_vision_model', 'hidden_size': 1024, 'image_size': 336,
                                   'intermediate_size': 4096, 'num_attention_heads': 16, 'num_hidden_layers': 24,
                                   'patch_size': 14, 'projection_dim': 768, 'vocab_size': 32000}}""").llava();
        assertEquals(VisionConfig.VIT_L_14_336, config.vision());
        assertEquals(DecoderConfig.VICUNA_7B.withVocabularySize(32_064).withMaxPositions(4096), config.decoder());
        assertEquals(32_001, config.padTokenId());
    }

    @Test
    @DisplayName("may give the rotary base alone (transformers 4) or among rope_parameters (5), which counts first")
    void theRotaryBaseIsFoundInBothPlaces() throws IOException {
        assertEquals(5e5, theta("'rope_theta': 500000.0"));
        assertEquals(5e5, theta("'rope_theta': 500000.0, 'rope_scaling': null"));
        assertEquals(5e5, theta("'rope_theta': 500000.0, 'rope_scaling': {'rope_type': 'default'}"));
        assertEquals(5e5, theta("'rope_parameters': {'rope_theta': 500000.0, 'rope_type': 'default'}"));
        assertEquals(5e5, theta("'rope_theta': 1.0, 'rope_parameters': {'rope_theta': 500000.0}"));
    }

    private double theta(String keys) throws IOException {
        return open("{'model_type': 'llama', " + keys + "}").llava().decoder().ropeTheta();
    }

    @Test
    @DisplayName("may tie head and embeddings beside the decoder's sizes or above them")
    void tiedEmbeddingsAreFoundInBothPlaces() throws IOException {
        assertTrue(open("{'model_type': 'llava', 'tie_word_embeddings': true}").llava().decoder().tiedEmbeddings());
        assertTrue(open("{'model_type': 'llava', 'text_config': {'tie_word_embeddings': true}}").llava().decoder()
                .tiedEmbeddings());
        assertFalse(open("{'model_type': 'llava'}").llava().decoder().tiedEmbeddings());
    }

    @Test
    @DisplayName("may name the <image> token by index or id, and end tokens singly or in a list; generation_config.json decides")
    void tokenIds() throws IOException {
        assertEquals(7, open("{'model_type': 'llava', 'image_token_id': 7}").llava().imageTokenId());
        assertEquals(8, open("{'model_type': 'llava', 'image_token_index': 8}").llava().imageTokenId());
        assertEquals(List.of(5, 6), open("{'model_type': 'llama', 'eos_token_id': [5, 6]}").llava().eosTokenIds());
        assertEquals(0, open("{'model_type': 'llama', 'pad_token_id': -1}").llava().padTokenId());
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [3]}");
        assertEquals(List.of(3), open("{'model_type': 'llama', 'eos_token_id': 4}").llava().eosTokenIds());
    }

    @Test
    @DisplayName("of OpenAI's first CLIPs holds the sizes twice, and the \"_dict\" counts")
    void theOlderSpellingOfClipCounts() throws IOException {
        ClipConfig config = open("{'model_type': 'clip', 'projection_dim': 768, 'text_config': {'hidden_size': 512},"
                + "'text_config_dict': {'hidden_size': 768, 'num_attention_heads': 12, 'eos_token_id': 2},"
                + "'vision_config': {}, 'vision_config_dict': {'patch_size': 14}}").clip();
        assertEquals(768, config.text().hiddenSize());
        assertEquals(2, config.text().eosTokenId());
        assertEquals(14, config.vision().patchSize());
    }

    @Test
    @DisplayName("of the original repository takes the encoder's sizes from the tower's own directory, a CLIP's too")
    void theOriginalLayoutNeedsATower() throws IOException {
        Path tower = Files.createDirectory(folder.resolve("tower"));
        Files.writeString(tower.resolve("config.json"), "{\"model_type\": \"clip\", \"vision_config\": {\"patch_size\": 16}}");
        LlavaConfig config = open("{'model_type': 'llava_llama', 'mm_vision_tower': 'hub/id', 'mm_projector_type': 'mlp2x_gelu',"
                + "'mm_vision_select_layer': -1, 'mm_vision_select_feature': 'cls_patch', 'image_aspect_ratio': 'pad'}").llava();
        assertEquals(16, config.vision().patchSize());
        assertEquals(new ProjectorConfig("mlp2x_gelu", 768, 4096, true, "gelu"), config.connector());
        assertEquals(-1, config.visionFeatureLayer());
        assertEquals(14 * 14 + 1, config.imageTokens());
        assertTrue(ModelDirectory.open(folder, Optional.of(tower)).padsToSquare());
    }

    @Test
    @DisplayName("of the original repository may name the tower by its directory; a hub id is not looked for on this machine")
    void theTowerMayBeNamedByItsDirectory() throws IOException {
        Path tower = Files.createDirectory(folder.resolve("tower"));
        Files.writeString(tower.resolve("config.json"), "{\"model_type\": \"clip\", \"vision_config\": {\"patch_size\": 16}}");
        String config = "{\"model_type\": \"llava_llama\", \"mm_projector_type\": \"linear\", \"mm_vision_tower\": \"%s\"}";
        Files.writeString(folder.resolve("config.json"), String.format(config, tower.toUri().getPath().replaceAll("/$", "")));
        assertEquals(16, ModelDirectory.open(folder, Optional.empty()).llava().vision().patchSize());
        Files.writeString(folder.resolve("config.json"), String.format(config, "some-lab/clip"));
        UserError refused = assertThrows(UserError.class, () -> ModelDirectory.open(folder, Optional.empty()));
        assertTrue(refused.getMessage().contains("some-lab/clip") && refused.getMessage().contains("--vision-tower"));
    }

    private ModelDirectory open(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
        return ModelDirectory.open(folder, Optional.of(folder.resolve("tower")));
    }
}
