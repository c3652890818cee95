package llava4j.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.JsonFile;

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

    private static final int MOST_OBJECTS = 9;

    /**
     * Reads the questions of a world.
     *
     * @param file {@code questions.json}
     * @return the questions, in the file's order
     * @throws UserError if the file is missing, holds no question, or is not in the format that {@code tinyworld} writes
     */
    public static List<TinyQuestion> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: make a world with \"tinyworld --out DIR\"", file);
        }
        List<TinyQuestion> questions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Faults faults = new Faults(file.toString());
        JsonFile.elements(file, fields -> faults.gather(() -> {
            if (!ids.add(fields.id("id"))) {
                throw fields.error("id", "another question has that id");
            }
            questions.add(new TinyQuestion(fields.id("id"), fields.fileName("image"), fields.words("type"),
                    fields.size("objects", null, MOST_OBJECTS), fields.flag("held_out_pair", null),
                    fields.words("question"), fields.words("answer")));
        }));
        faults.throwIfAny();
        if (questions.isEmpty()) {
            throw UserError.of("%s: holds no question", file);
        }
        return questions;
    }

    /**
     * {@return whether an answer is the right one; capitals and outer spaces do not count}
     *
     * @param said the answer
     */
    public boolean matches(String said) {
        return said.strip().equalsIgnoreCase(answer.strip());
    }
}
