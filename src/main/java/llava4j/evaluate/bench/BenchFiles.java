package llava4j.evaluate.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import llava4j.error.UserError;

/**
 * Reads LLaVA-Bench as it is published, files of one JSON object a line: questions, contexts, reference answers.
 *
 * <p>Both benches are read: In-the-Wild, whose contexts are one {@code caption} a picture, and COCO, whose contexts are
 * {@code captions} and {@code instances} (category and box). They are matched by picture, the references by
 * {@code question_id}.
 */
public final class BenchFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

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
        Map<String, JsonNode> answers = new HashMap<>();
        for (JsonNode line : lines(references)) {
            answers.put(line.path("question_id").asText(), line);
        }
        List<BenchQuestion> found = new ArrayList<>();
        for (JsonNode line : lines(questions)) {
            String id = line.path("question_id").asText();
            JsonNode reference = answers.get(id);
            if (id.isEmpty() || line.path("image").asText().isEmpty() || !line.path("text").isTextual()) {
                throw UserError.of("%s: question %s needs \"question_id\", \"image\" and \"text\"", questions,
                        found.size() + 1);
            }
            if (reference == null || !reference.path("text").isTextual()) {
                throw UserError.of("%s: no answer to question %s of %s", references, id, questions);
            }
            String category = line.path("category").asText(reference.path("category").asText());
            QuestionKind kind = QuestionKind.of(category).orElseThrow(() -> UserError.of(
                    "%s: question %s has the category \"%s\": there are conv, detail and complex", questions, id, category));
            String image = line.get("image").asText();
            if (contexts != null && !context.containsKey(image)) {
                throw UserError.of("%s: no context for picture %s of question %s", contexts, image, id);
            }
            found.add(new BenchQuestion(id, image, kind, line.get("text").asText(), context.getOrDefault(image, ""),
                    reference.get("text").asText()));
        }
        if (found.isEmpty()) {
            throw UserError.of("%s: holds no question", questions);
        }
        return found;
    }

    private static Map<String, String> contexts(Path file) {
        Map<String, String> found = new HashMap<>();
        for (JsonNode line : lines(file)) {
            List<String> parts = new ArrayList<>();
            for (String key : List.of("caption", "captions")) {
                JsonNode captions = line.path(key);
                captions.forEach(caption -> parts.add(caption.asText()));
                if (captions.isTextual()) {
                    parts.add(captions.asText());
                }
            }
            for (JsonNode instance : line.path("instances")) {
                parts.add(instance.path("category").asText() + ": [" + StreamSupport.stream(
                        instance.path("bbox").spliterator(), false).map(JsonNode::asText)
                        .collect(Collectors.joining(", ")) + "]");
            }
            found.put(line.path("image").asText(), String.join("\n", parts));
        }
        return found;
    }

    private static List<JsonNode> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file", file);
        }
        List<JsonNode> nodes = new ArrayList<>();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    nodes.add(JSON.readTree(line));
                }
            }
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file, number, e.getOriginalMessage());
        } catch (MalformedInputException e) {
            throw new UserError(file + ": is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
        return nodes;
    }
}
