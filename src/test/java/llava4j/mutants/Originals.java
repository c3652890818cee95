package llava4j.mutants;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import llava4j.Fixtures;
import llava4j.Llava;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.pretrain.TinyVocabulary;
import llava4j.support.SmallWorld;
import llava4j.tinyworld.ScienceWriter;
import llava4j.tinyworld.WorldWriter;
import llava4j.data.LastBatch;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.Trainer;
import llava4j.train.TrainingPlan;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The untouched files: a small world, a random model, exams of a few questions, and the state of a stopped run. */
final class Originals {

    /** Steps of the run whose state is damaged: it was stopped two steps before its end. */
    static final int STEPS = Trainer.SAVE_EVERY + 2;
    static final int BATCH = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final SmallWorld world;

    /** Thrown to stop a run as a kill would. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** @param folder empty */
    Originals(Path folder) throws IOException {
        this.folder = folder;
        world = SmallWorld.in(folder);
        Llava model = world.model();
        model.save(model());
        briefModel();
        shards();
        conversations();
        questions();
        science();
        bench();
        pictures();
        Files.createDirectories(file("pairs"));
        Files.copy(Fixtures.path("tokenizer/tokenizer.json"), file("pairs/tokenizer.json"));
        stoppedRun(model);
    }

    Path model() {
        return folder.resolve("model");
    }

    /** The same model, whose answers are short: half of all words end one. A random model would speak for ever. */
    Path brief() {
        return folder.resolve("brief");
    }

    Path sharded() {
        return folder.resolve("sharded");
    }

    /** A picture of the world, and the folder they lie in. */
    Path images() {
        return world.images();
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Where commands write; before the resumed run the stopped run's state lies there. */
    Path out() {
        return folder.resolve("out");
    }

    Path state() {
        return folder.resolve("training-state.safetensors");
    }

    private void briefModel() throws IOException {
        Files.createDirectories(brief());
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
                "preprocessor_config.json")) {
            Files.copy(model().resolve(name), brief().resolve(name));
        }
        ObjectNode generation = JSON.createObjectNode();
        IntStream.range(0, TinyVocabulary.tokens().size()).filter(id -> id % 2 == 1)
                .forEach(generation.withArray("eos_token_id")::add);
        JSON.writeValue(brief().resolve("generation_config.json").toFile(), generation);
    }

    private void shards() throws IOException {
        Files.createDirectories(sharded());
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(model().resolve(name), sharded().resolve(name));
        }
        List<Map<String, INDArray>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata").put("total_size", 1);
        ObjectNode map = index.putObject("weight_map");
        try (Safetensors tensors = Safetensors.open(model().resolve("model.safetensors"))) {
            tensors.all().forEach((name, array) -> {
                int shard = name.startsWith("language_model") ? 1 : 0;
                shards.get(shard).put(name, array);
                map.put(name, shard(shard));
            });
        }
        for (int i = 0; i < 2; i++) {
            SafetensorsWriter.write(sharded().resolve(shard(i)), shards.get(i));
        }
        JSON.writeValue(sharded().resolve("model.safetensors.index.json").toFile(), index);
    }

    private static String shard(int index) {
        return "model-0000" + (index + 1) + "-of-00002.safetensors";
    }

    /** Two samples about pictures and one in words alone. */
    private void conversations() throws IOException {
        ArrayNode all = (ArrayNode) JSON.readTree(world.file("instructions.json").toFile());
        ArrayNode few = JSON.createArrayNode().add(all.get(0)).add(all.get(all.size() / 2));
        ObjectNode words = few.addObject().put("id", "words");
        ArrayNode turns = words.putArray("conversations");
        turns.addObject().put("from", "human").put("value", "what is it?");
        turns.addObject().put("from", "gpt").put("value", "it is a tree.");
        JSON.writeValue(file("conversations.json").toFile(), few);
    }

    /** An exam of four questions, in a world of its own: the whole exam would take seconds. */
    private void questions() throws IOException {
        ArrayNode few = JSON.createArrayNode();
        JSON.readTree(world.file("questions.json").toFile()).forEach(question -> {
            if (few.size() < 4 && few.findValuesAsText("image").stream().noneMatch(question.get("image").asText()::equals)) {
                few.add(question);
            }
        });
        Files.createDirectories(file("exam/images"));
        for (String image : few.findValuesAsText("image")) {
            Files.copy(images().resolve(image), file("exam/images").resolve(image));
        }
        JSON.writeValue(file("exam/questions.json").toFile(), few);
    }

    private void science() {
        for (String part : List.of("train", "validation", "held-out")) {
            WorldWriter.write(file("worlds").resolve(part), 5, 6);
        }
        ScienceWriter.write(file("worlds"), file("science"), 3, 0, 0, 3);
    }

    private void bench() throws IOException {
        StringBuilder questions = new StringBuilder();
        StringBuilder contexts = new StringBuilder();
        StringBuilder references = new StringBuilder();
        List<String> kinds = List.of("conv", "detail", "complex");
        for (int i = 0; i < kinds.size(); i++) {
            String image = "00000" + (i + 1) + ".png";
            questions.append(JSON.createObjectNode().put("question_id", i).put("image", image).put("category", kinds.get(i))
                    .put("text", "what is there?")).append('\n');
            contexts.append(JSON.createObjectNode().put("id", "" + i).put("image", image).put("caption", "a tree and a car."))
                    .append('\n');
            references.append(JSON.createObjectNode().put("question_id", i).put("text", "there is a tree.")
                    .put("category", "llava_bench_" + kinds.get(i))).append('\n');
        }
        Files.createDirectories(file("bench"));
        Files.writeString(file("bench/questions.jsonl"), questions);
        Files.writeString(file("bench/context.jsonl"), contexts);
        Files.writeString(file("bench/references.jsonl"), references);
    }

    private void pictures() throws IOException {
        BufferedImage picture = ImageIO.read(images().resolve("000001.png").toFile());
        BufferedImage opaque = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(picture, 0, 0, null);
        Files.copy(images().resolve("000001.png"), file("picture.png"));
        ImageIO.write(opaque, "jpg", file("picture.jpg").toFile());
        for (String name : List.of("turned6.jpg", "gif.gif", "bmp.bmp", "tiff.tif", "tifflzw.tif", "webp.webp",
                "webplossless.webp")) {
            Files.copy(Fixtures.path("image/" + name), file(name));
        }
    }

    /** Two steps before its end, as the command line begins it in {@link Formats}. */
    private void stoppedRun(Llava model) {
        StageRun run = new StageRun(Stage.FEATURE_ALIGNMENT, model, world.file("captions.json"), images(), BATCH, 0, null,
                LastBatch.KEPT);
        try {
            run.train(TrainingPlan.ofSteps(STEPS).withBatch(BATCH).withLearningRate(2e-3), (step, steps, loss, tokens) -> {
                if (step == Trainer.SAVE_EVERY) {
                    throw new Stopped();
                }
            }, state(), false);
        } catch (Stopped stopped) {
            return;
        }
        throw new IllegalStateException("the run was not stopped");
    }
}
