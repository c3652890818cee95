package llava4j.evaluate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonText;

/**
 * Reads LLaVA-Bench as it is published, files of one JSON object a line: questions, contexts, reference answers.
 *
 * <p>Both benches are read: In-the-Wild, whose contexts are one {@code caption} a picture, and COCO, whose contexts are
 * {@code captions} and {@code instances} (category and box). They are matched by picture, the references by
 * {@code question_id}.
 */
public final class BenchFiles {

    private BenchFiles() {
    }

    /**
     * The bench's questions.
     *
     * @param questions  file of {@code question_id}, {@code image}, {@code text} and {@code category}
     * @param contexts   may be {@code null}: the judge then knows nothing of the pictures
     * @param references file of answers by {@code question_id}
     * @return the questions with their references, in the order of the first file
     * @throws UserError naming file and line of what cannot be used
     */
    public static List<BenchQuestion> read(Path questions, Path contexts, Path references) {
        Map<String, String> context = contexts == null ? Map.of() : contexts(contexts);
        Map<String, Fields> answers = references(references);
        List<BenchQuestion> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Faults faults = new Faults(questions.toString());
        for (Fields line : JsonText.lines(questions)) {
            faults.gather(() -> {
                String id = line.id("question_id");
                String image = line.fileName("image");
                Fields reference = answers.get(id);
                if (reference != null) {
                    reference.optionalText("category");
                }
                if (!ids.add(id)) {
                    throw line.error("question_id", "another question has that id");
                }
                if (reference == null) {
                    throw UserError.of("%s: no answer to question %s of %s", references, id, questions);
                }
                if (contexts != null && !context.containsKey(image)) {
                    throw UserError.of("%s: no context for picture %s of question %s", contexts, image, id);
                }
                found.add(new BenchQuestion(id, image, kind(line.has("category") ? line : reference), line.words("text"),
                        context.getOrDefault(image, ""), reference.text("text")));
            });
        }
        faults.throwIfAny();
        if (found.isEmpty()) {
            throw UserError.of("%s: holds no question", questions);
        }
        return found;
    }

    /** The kind may stand with the question, as in the wild, or with the reference, as in COCO's. */
    private static QuestionKind kind(Fields line) {
        return QuestionKind.of(line.text("category")).orElseThrow(
                () -> line.error("category", "there are conv, detail and complex"));
    }

    private static Map<String, Fields> references(Path file) {
        Map<String, Fields> found = new HashMap<>();
        Faults faults = new Faults(file.toString());
        for (Fields line : JsonText.lines(file)) {
            faults.gather(() -> {
                line.text("text");
                if (found.putIfAbsent(line.id("question_id"), line) != null) {
                    throw line.error("question_id", "that question has an answer already");
                }
            });
        }
        faults.throwIfAny();
        return found;
    }

    private static Map<String, String> contexts(Path file) {
        Map<String, String> found = new HashMap<>();
        Faults faults = new Faults(file.toString());
        for (Fields line : JsonText.lines(file)) {
            faults.gather(() -> {
                if (found.putIfAbsent(line.fileName("image"), context(line)) != null) {
                    throw line.error("image", "that picture has a context already");
                }
            });
        }
        faults.throwIfAny();
        return found;
    }

    private static String context(Fields line) {
        List<String> parts = new ArrayList<>();
        line.optionalText("caption").ifPresent(parts::add);
        parts.addAll(line.texts("captions"));
        for (Fields instance : line.objects("instances")) {
            instance.numbers("bbox", 4, -Double.MAX_VALUE, Double.MAX_VALUE);
            parts.add(instance.words("category") + ": [" + StreamSupport.stream(
                    instance.json().get("bbox").spliterator(), false).map(JsonNode::asText)
                    .collect(Collectors.joining(", ")) + "]");
        }
        return String.join("\n", parts);
    }
}
