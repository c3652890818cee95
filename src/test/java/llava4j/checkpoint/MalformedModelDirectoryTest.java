package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import llava4j.Fixtures;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A model directory in which something does not fit is refused in one line that says what:")
class MalformedModelDirectoryTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUERY = "model.layers.0.self_attn.q_proj.weight";

    @TempDir
    private Path folder;

    /** Spoils a good directory. */
    private interface Damage {
        void to(Path directory) throws IOException;
    }

    static Stream<Arguments> directories() {
        return Stream.of(
                of("llama", "no directory", d -> delete(d), "no such directory"),
                of("llama", "no config.json", d -> Files.delete(d.resolve("config.json")), "no such file"),
                config("llama", "an empty config.json", d -> "", "is empty"),
                config("llama", "half a config.json", text -> text.substring(0, 100), "not valid JSON"),
                config("llama", "a list", text -> "[" + text + "]", "need a JSON object"),
                config("llama", "two configs", text -> text + text, "more text after the end"),
                config("llama", "10 MB of blanks", text -> text + " ".repeat(10_000_001), "bytes are too many"),
                config("llama", "deep nesting", text -> "[".repeat(100_000), "not valid JSON"),
                set("llama", c -> c.put("model_type", "mistral"), "model_type is \"mistral\": supported"),
                set("llama", c -> c.put("hidden_size", -16), "hidden_size is -16"),
                set("llama", c -> c.put("hidden_size", 1_000_000_000_000L), "hidden_size is 1000000000000"),
                set("llama", c -> c.put("hidden_size", 16.5), "hidden_size is 16.5: need a whole number"),
                set("llama", c -> c.put("num_hidden_layers", 1_000_000), "num_hidden_layers is 1000000"),
                set("llama", c -> c.put("num_attention_heads", 5), "num_key_value_heads"),
                set("llama", c -> c.put("num_key_value_heads", 3), "does not divide num_attention_heads 4"),
                set("llama", c -> c.put("head_dim", 5), "rotary embedding needs an even size"),
                set("llama", c -> c.put("vocab_size", 0), "vocab_size is 0"),
                set("llama", c -> c.put("rms_norm_eps", -1), "rms_norm_eps is -1"),
                set("llama", c -> c.put("tie_word_embeddings", "yes"), "need true or false"),
                set("llama", c -> c.put("hidden_act", "relu"), "hidden_act is \"relu\": this is not supported"),
                set("llama", c -> c.put("pretraining_tp", 2), "pretraining_tp is 2"),
                set("llama", c -> c.put("sliding_window", 4096), "sliding_window is 4096"),
                set("llama", c -> c.putObject("quantization_config").put("bits", 4), "quantization_config"),
                set("llama", c -> c.putObject("rope_scaling").put("type", "linear").put("factor", 2), "rope_scaling.type"),
                set("llama", c -> c.putObject("rope_parameters").put("rope_type", "llama3"), "rope_parameters.rope_type"),
                of("llama", "an end token that is no id", d -> Files.writeString(d.resolve("generation_config.json"),
                        "{\"eos_token_id\": \"</s>\"}"), "eos_token_id is \"</s>\": need a token id"),
                set("llama", c -> c.put("bos_token_id", 100_000), "bos_token_id is 100000"),
                of("llama", "shards without an index", d -> Files.delete(d.resolve("model.safetensors.index.json")),
                        "there are shards (model-00001-of-00002.safetensors, model-00002-of-00002.safetensors) but no"),
                of("clip", "weights in another format", d -> Files.move(d.resolve("model.safetensors"),
                        d.resolve("pytorch_model.bin")), "pytorch_model.bin is not read: save the model in the safetensors"),
                of("clip", "no weights", d -> Files.delete(d.resolve("model.safetensors")), "no model.safetensors"),
                of("clip", "weights of Git LFS", d -> lfs(d.resolve("model.safetensors")), "is a pointer of Git LFS"),
                of("clip", "a config.json of Git LFS", d -> lfs(d.resolve("config.json")), "is a pointer of Git LFS"),
                weights("llama", w -> w.put(QUERY, w.get(QUERY).castTo(DataType.DOUBLE)),
                        "read from F32, F16 and BF16 alone, not " + QUERY + " F64"),
                of("llama", "an end token past the vocabulary", d -> Files.writeString(d.resolve("generation_config.json"),
                        "{\"eos_token_id\": [2, 100000]}"), "eos_token_id 100000 is no token"),
                set("llava_mlp2x_gqa", c -> c.put("image_seq_length", 99), "image_seq_length is 99: but a picture takes"),
                set("llava_mlp2x_gqa", c -> image(c, 5000), "the id of <image> is 5000, but the embedding has"),
                set("llava_mlp2x_gqa", c -> c.put("image_token_id", 7).put("image_token_index", 8), "image_token_index is 8"),
                of("llava_mlp2x_gqa", "other patches", d -> Files.writeString(d.resolve("processor_config.json"),
                        "{\"patch_size\": 14}"), "patch_size is 14: but the encoder's patch_size is"),
                of("llava_mlp2x_gqa", "another strategy", d -> Files.writeString(d.resolve("processor_config.json"),
                        "{\"vision_feature_select_strategy\": \"sometimes\"}"), "but it is \""),
                of("llama", "an index without a map", d -> index(d, "{}"), "no \"weight_map\""),
                of("llama", "an index that leads out", d -> index(d, map("../secret.safetensors")), "is not the name of a"),
                of("llama", "an absolute path", d -> index(d, map("/etc/passwd")), "is not the name of a"),
                of("llama", "an index of numbers", d -> index(d, "{\"weight_map\": {\"a\": 5}}"), "is not the name of a"),
                of("llama", "a shard that is missing", d -> Files.delete(d.resolve("model-00002-of-00002.safetensors")),
                        "names model-00002-of-00002.safetensors, which is not there"),
                of("llama", "a shard without the tensor", d -> index(d, map("model-00001-of-00002.safetensors")),
                        "says that model-00001-of-00002.safetensors holds unheard-of"),
                weights("llama", w -> w.remove(QUERY), "missing: language_model." + QUERY + ";"),
                weights("llama", w -> w.put("model.layers.7.mlp.up_proj.weight", Nd4j.scalar(1f)),
                        "unknown: model.layers.7.mlp.up_proj.weight;"),
                weights("llama", w -> w.put(QUERY, Nd4j.ones(DataType.FLOAT, 2, 3)),
                        "wrong shape: " + QUERY + " [2, 3] instead of [16, 16];"),
                weights("llama", w -> w.keySet().removeIf(name -> name.contains("layers")), " and 24 more;"),
                weights("llama", w -> w.get(QUERY).putScalar(3, Float.NaN), "tensor " + QUERY + " holds NaN"),
                set("llava_mlp2x_gqa", c -> c.put("text_config", 5), "text_config is 5: need a JSON object"),
                set("llava_mlp2x_gqa", c -> c.putArray("vision_feature_layer").add(-2).add(-1),
                        "vision_feature_layer is [-2,-1]: need a whole number"),
                set("llava_mlp2x_gqa", c -> c.put("vision_feature_layer", -9), "vision_feature_layer is -9"),
                set("llava_mlp2x_gqa", c -> c.put("vision_feature_select_strategy", "cls"), "supported: default, full"),
                set("llava_mlp2x_gqa", c -> c.put("projector_hidden_act", "relu"), "supported: gelu, linear"),
                set("llava_mlp2x_gqa", c -> vision(c).put("patch_size", 5), "does not divide image_size 12"),
                set("llava_mlp2x_gqa", c -> vision(c).put("image_size", 100_000), "vision_config.image_size is 100000"),
                set("llava_mlp2x_gqa", c -> vision(c).put("model_type", "siglip_vision_model"), "vision_config.model_type"),
                set("llava_mlp2x_gqa", c -> vision(c).put("num_attention_heads", 5), "does not divide hidden_size 12"),
                weights("llava_mlp2x_gqa", w -> w.put("language_model.lm_head.weight",
                        w.get("language_model.model.embed_tokens.weight").add(1)), "lm_head.weight is not the embedding"),
                set("llava_mlp2x_gqa", c -> c.put("projector_hidden_act", "linear").put("mm_projector_type", "linear"),
                        "linear_2 is not the identity"),
                set("llava_linear", c -> c.put("mm_hidden_size", 1024), "mm_hidden_size is 1024"),
                set("llava_linear", c -> c.put("mm_use_im_start_end", true), "mm_use_im_start_end"),
                set("llava_linear", c -> c.put("mm_projector_type", "mlp3x_gelu"), "supported: linear, mlp2x_gelu"),
                of("llava_linear", "no tower", d -> delete(d.resolve("vision_tower")),
                        "give its directory with --vision-tower"),
                of("llava_linear", "the projector twice", d -> SafetensorsWriter.write(d.resolve("mm_projector.safetensors"),
                        Map.of("model.mm_projector.weight", Nd4j.ones(DataType.FLOAT, 16, 12))),
                        "of model.safetensors is tensor model.mm_projector.weight of mm_projector.safetensors again"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("directories")
    void isRefused(String fixture, String what, Damage damage, String expected) throws IOException {
        Path directory = folder.resolve(fixture);
        copy(Fixtures.path(fixture), directory);
        damage.to(directory);
        Path tower = directory.resolve("vision_tower");
        String message = assertThrows(UserError.class, () -> ModelDirectory.open(directory,
                Files.exists(tower) ? Optional.of(tower) : Optional.empty()).weights()).getMessage();
        assertTrue(message.contains(expected), message);
        assertTrue(message.contains(directory.toString()), message);
        assertTrue(message.lines().count() == 1 && message.length() < 1000, message);
    }

    private static Arguments of(String fixture, String what, Damage damage, String expected) {
        return Arguments.of(fixture, what, damage, expected);
    }

    /** Another text in config.json. */
    private static Arguments config(String fixture, String what, java.util.function.UnaryOperator<String> change,
                                    String expected) {
        return of(fixture, what, d -> Files.writeString(d.resolve("config.json"),
                change.apply(Files.readString(d.resolve("config.json")))), expected);
    }

    /** Another value in config.json. */
    private static Arguments set(String fixture, Consumer<ObjectNode> change, String expected) {
        return of(fixture, expected, d -> {
            ObjectNode root = (ObjectNode) JSON.readTree(d.resolve("config.json").toFile());
            change.accept(root);
            JSON.writeValue(d.resolve("config.json").toFile(), root);
        }, expected);
    }

    /** Other tensors. */
    private static Arguments weights(String fixture, Consumer<Map<String, INDArray>> change, String expected) {
        return of(fixture, expected, d -> {
            Map<String, INDArray> all = new LinkedHashMap<>();
            for (Path file : TensorFiles.in(d)) {
                try (Safetensors tensors = Safetensors.open(file)) {
                    all.putAll(tensors.all());
                }
            }
            change.accept(all);
            SafetensorsWriter.write(d.resolve("model.safetensors"), all);
        }, expected);
    }

    private static ObjectNode vision(ObjectNode config) {
        return (ObjectNode) config.get("vision_config");
    }

    private static void image(ObjectNode config, int id) {
        config.remove("image_token_index");
        config.put("image_token_id", id);
    }

    private static void lfs(Path file) throws IOException {
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n");
    }

    private static String map(String file) {
        return "{\"weight_map\": {\"unheard-of\": \"" + file + "\"}}";
    }

    private static void index(Path directory, String text) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), text);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
