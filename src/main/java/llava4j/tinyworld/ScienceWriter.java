package llava4j.tinyworld;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import llava4j.checkpoint.WholeFile;

/**
 * Writes the tiny ScienceQA in ScienceQA's own layout: {@code problems.json}, all problems by id, and
 * {@code pid_splits.json}, which of them are for training, validation and test.
 *
 * <p>The pictures are those of the tiny world, named relative to its folder; pictures with a held-out pair of colour and
 * kind are left alone, since ScienceQA is instruction too.
 */
public final class ScienceWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path world;
    private final Random random;
    private final ObjectNode problems = JSON.createObjectNode();
    private final ObjectNode splits = JSON.createObjectNode();

    private ScienceWriter(Path world, long seed) {
        this.world = world;
        this.random = new Random(seed);
    }

    /**
     * Writes both files.
     *
     * @param world      folder with {@code train}, {@code validation} and {@code held-out}
     * @param out        made if need be
     * @param seed       of all that is asked
     * @param training   number of problems for training
     * @param validation number of problems for validation
     * @param test       number of problems for validation, and for the test
     */
    public static void write(Path world, Path out, long seed, int training, int validation, int test) {
        ScienceWriter writer = new ScienceWriter(world, seed);
        writer.split("train", "train", training);
        writer.split("val", "validation", validation);
        writer.split("test", "held-out", test);
        StringBuilder text = new StringBuilder("{\n");       // a problem a line: a change shows as a change of that line
        List<String> lines = writer.problems.properties().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue()).collect(Collectors.toList());
        WholeFile.write(out.resolve("problems.json"), text.append(String.join(",\n", lines)).append("\n}\n").toString());
        WholeFile.write(out.resolve("pid_splits.json"), writer.splits + "\n");
    }

    private void split(String split, String folder, int count) {
        ArrayNode ids = splits.putArray(split);
        List<Map.Entry<String, Scene>> pictures = new ArrayList<>(SceneFile.read(world.resolve(folder)
                .resolve("scenes.json")).entrySet());
        pictures.removeIf(picture -> picture.getValue().heldOut());
        while (ids.size() < count) {
            ScienceLesson lesson = ScienceLesson.any(random);
            Optional<ScienceQuestion> question = Optional.empty();
            Map.Entry<String, Scene> picture = null;
            while (question.isEmpty()) {
                picture = Scene.one(pictures, random);
                question = lesson.ask(picture.getValue(), random);
            }
            String id = String.valueOf(problems.size() + 1);
            ids.add(id);
            problem(id, split, folder + "/images/" + picture.getKey(), question.get());
        }
    }

    private void problem(String id, String split, String image, ScienceQuestion question) {
        ObjectNode problem = problems.putObject(id).put("question", question.question());
        question.choices().forEach(problem.putArray("choices")::add);
        problem.put("answer", question.answer()).put("hint", question.hint());
        if (question.picture()) {
            problem.put("image", image);
        } else {
            problem.putNull("image");
        }
        problem.put("task", "closed choice").put("grade", "grade" + question.grade())
                .put("subject", question.subject()).put("topic", question.skill()).put("category", question.skill())
                .put("skill", question.skill()).put("lecture", question.lecture())
                .put("solution", question.solution()).put("split", split);
    }
}
