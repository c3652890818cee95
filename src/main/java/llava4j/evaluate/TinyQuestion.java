package llava4j.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.error.UserError;

/**
 * A question of {@code questions.json}.
 *
 * @param id          names it in results
 * @param image       file name
 * @param type        color, where, what, count, exists, relation, reasoning or detail
 * @param objects     things in the picture
 * @param heldOutPair whether the picture holds a pair of colour and kind that no instruction speaks of
 * @param question    in words
 * @param answer      the right one, word for word
 */
public record TinyQuestion(String id, String image, String type, int objects, boolean heldOutPair, String question,
                           String answer) {

    /**
     * Reads the questions of a world.
     *
     * @param file {@code questions.json}
     * @return the questions, in the file's order
     * @throws UserError if the file is missing or not in the format that {@code tinyworld} writes
     */
    public static List<TinyQuestion> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: make a world with \"tinyworld --out DIR\"", file);
        }
        try {
            List<TinyQuestion> questions = new ArrayList<>();
            for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
                for (String key : new String[] {"id", "image", "type", "objects", "held_out_pair", "question", "answer"}) {
                    if (!node.has(key)) {
                        throw UserError.of("%s: a question without \"%s\"", file, key);
                    }
                }
                questions.add(new TinyQuestion(node.get("id").asText(), node.get("image").asText(),
                        node.get("type").asText(), node.get("objects").asInt(), node.get("held_out_pair").asBoolean(),
                        node.get("question").asText(), node.get("answer").asText()));
            }
            return questions;
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file, e.getLocation().getLineNr(),
                    e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
