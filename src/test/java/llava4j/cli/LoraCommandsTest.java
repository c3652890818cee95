package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import llava4j.Fixtures;
import llava4j.checkpoint.Safetensors;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("LoRA on the command line")
class LoraCommandsTest {

    private static final String MODEL = Fixtures.path("llava_mlp2x_gqa").toString();
    private static final String ADAPTER = Fixtures.path("lora/adapter").toString();

    @TempDir
    private Path folder;

    private static Ran ok(String... arguments) {
        Ran ran = Ran.of(arguments);
        assertEquals(0, ran.code(), ran.text());
        return ran;
    }

    private static void refused(int code, String expected, String... arguments) {
        Ran ran = Ran.of(arguments);
        assertEquals(code, ran.code(), ran.text());
        assertTrue(ran.text().contains(expected), ran.text());
        assertEquals(1, ran.text().strip().lines().count(), ran.text());
    }

    private INDArray logits(String name, String... model) {
        Path out = folder.resolve(name + ".safetensors");
        List<String> command = new ArrayList<>(List.of("forward", "--input",
                Fixtures.path("llava_mlp2x_gqa/reference.safetensors").toString(), "--output", out.toString()));
        command.addAll(Arrays.asList(model));
        ok(command.toArray(String[]::new));
        try (Safetensors file = Safetensors.open(out)) {
            return file.get("logits");
        }
    }

    @Test
    @DisplayName("merge-lora writes a model that answers as base and adapter do")
    void merge() {
        Path out = folder.resolve("merged");
        ok("merge-lora", "--model", MODEL, "--adapter", ADAPTER, "--out", out.toString());
        INDArray laidOn = logits("laid-on", "--model", MODEL, "--adapter", ADAPTER);
        Near.assertNear(laidOn, logits("merged-logits", "--model", out.toString()), 1e-4, "merged and not merged");
        assertTrue(Near.distance(laidOn, logits("base", "--model", MODEL)) > 0.1, "the adapter changes the model");
    }

    @Test
    @DisplayName("train writes an adapter that can be laid on, inspected and trained further, and resumes to the same bits")
    void train() throws IOException {
        SmallWorld world = SmallWorld.in(folder);
        Path base = folder.resolve("base");
        world.model().save(base);
        Path first = folder.resolve("first");
        String[] command = {"train", "--stage", "2", "--model", base.toString(), "--data",
            world.file("instructions.json").toString(), "--images", world.images().toString(), "--steps", "3", "--batch", "4",
            "--learning-rate", "1e-2", "--out", first.toString(), "--lora-rank", "2", "--lora-targets", "q_proj,down_proj"};
        Ran trained = ok(command);
        assertTrue(trained.text().contains("adapter in " + first), trained.text());
        assertFalse(Files.exists(first.resolve("model.safetensors")));

        Path again = folder.resolve("again");
        Files.createDirectories(again);
        Files.copy(first.resolve("training-state.safetensors"), again.resolve("training-state.safetensors"));
        String[] resumed = command.clone();
        resumed[Arrays.asList(command).indexOf(first.toString())] = again.toString();
        ok(with(resumed, "--resume"));
        assertEquals(-1, Files.mismatch(first.resolve("adapter_model.safetensors"), again.resolve("adapter_model.safetensors")));

        Path second = folder.resolve("second");
        ok("train", "--stage", "2", "--model", base.toString(), "--adapter", first.toString(), "--data",
                world.file("instructions.json").toString(), "--images", world.images().toString(), "--steps", "2", "--batch", "4",
                "--out", second.toString());
        Map<String, INDArray> before = tensors(first);
        Map<String, INDArray> after = tensors(second);
        assertEquals(before.keySet(), after.keySet());
        assertTrue(before.keySet().stream().filter(name -> name.contains("lora_"))
                .noneMatch(name -> Near.sameBits(before.get(name), after.get(name))), "both matrices learn on");

        Ran shown = ok("inspect", second.toString());
        assertTrue(shown.text().contains("language_model.model.layers.0.self_attn.q_proj"), shown.text());
        assertTrue(shown.text().contains("4 layers, 4 tensors in full, dropout 0.05"), shown.text());
        ok("inspect", base.toString(), "--adapter", second.toString(), "--json");
    }

    private static Map<String, INDArray> tensors(Path adapter) {
        try (Safetensors file = Safetensors.open(adapter.resolve("adapter_model.safetensors"))) {
            return file.all();
        }
    }

    private static String[] with(String[] command, String more) {
        String[] longer = Arrays.copyOf(command, command.length + 1);
        longer[command.length] = more;
        return longer;
    }

    @Test
    @DisplayName("mistakes end in one line that says what to do")
    void mistakes() {
        String[] train = {"train", "--model", MODEL, "--data", "d.json", "--images", ".", "--out", folder.resolve("o").toString(),
            "--stage"};
        refused(1, "its base with --model and this with --adapter", "generate", "--model", ADAPTER, "--prompt", "a");
        refused(1, "no adapter_config.json", "generate", "--model", MODEL, "--adapter", MODEL, "--prompt", "a");
        refused(1, "a language model alone", "generate", "--model", Fixtures.path("llama").toString(), "--adapter", ADAPTER, "--prompt",
                "a");
        refused(1, "is a projector of two matrices", "generate", "--model", Fixtures.path("llava_linear").toString(), "--vision-tower",
                Fixtures.path("llava_linear/vision_tower").toString(), "--adapter", ADAPTER, "--prompt", "a");
        refused(1, "is a CLIP", "forward", "--model", Fixtures.path("clip").toString(), "--adapter", ADAPTER, "--input",
                Fixtures.path("clip/reference.safetensors").toString(), "--output", folder.resolve("x").toString());
        refused(2, "--adapter is missing", "merge-lora", "--model", MODEL, "--out", folder.resolve("o").toString());
        refused(1, "is the base", "merge-lora", "--model", MODEL, "--adapter", ADAPTER, "--out", MODEL);
        refused(1, "holds a LoRA adapter", "merge-lora", "--model", MODEL, "--adapter", ADAPTER, "--out", ADAPTER);
        String[] ontoModel = with(with(with(train, "2"), "--lora-rank"), "4");
        ontoModel[Arrays.asList(train).indexOf("--out") + 1] = MODEL;
        refused(1, "holds a model", ontoModel);
        refused(2, "LoRA is for --stage 2", with(with(with(train, "1"), "--lora-rank"), "4"));
        refused(2, "--lora-rank is missing", with(with(with(train, "2"), "--lora-alpha"), "4"));
        refused(2, "--lora-dropout", with(with(with(with(with(train, "2"), "--lora-rank"), "4"), "--lora-dropout"), "1"));
        refused(2, "brings its own", with(with(with(with(with(train, "2"), "--lora-rank"), "4"), "--adapter"), ADAPTER));
    }
}
