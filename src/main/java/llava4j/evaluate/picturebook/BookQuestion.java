package llava4j.evaluate.picturebook;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;
import llava4j.picturebook.BookTeacher;
import llava4j.picturebook.Contents;
import llava4j.teacher.AnnotatedPicture;

/**
 * A question of a picture book's {@code questions.json}, and what its picture shows.
 *
 * @param id       names it in results
 * @param image    file name
 * @param type     as {@code questions.json} has it
 * @param split    what of its picture instructions speak of
 * @param question in words
 * @param answer   a right one of many
 * @param contents what the picture shows, by its boxes
 */
public record BookQuestion(String id, String image, String type, Split split, String question, String answer, Contents contents) {

    private static final String[] TYPES = {"naming", "place", "at", "count", "presence", "relation", "refusal", "description", "use",
            "helps", "kind", "flies", "alive", "eaten", "belongs"};

    /** What of a picture is held out from instructions. */
    public enum Split {
        /** Nothing: instructions speak of all its things, and of its pairs. */
        FAMILIAR,
        /** Two of its things are never together in an instruction. */
        HELD_OUT_PAIR,
        /** One of its things is in captions and in no instruction. */
        HELD_OUT_CONCEPT
    }

    /**
     * Reads the questions of a picture book.
     *
     * @param book folder with {@code questions.json}, {@code captions.json} and {@code instances.json}
     * @return the questions, in the file's order
     * @throws UserError naming all that is missing or is not as {@code picturebook} writes it
     */
    public static List<BookQuestion> read(Path book) {
        Path file = book.resolve("questions.json");
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: make a book with \"picturebook --out DIR\"", file);
        }
        Map<String, Contents> contents = new HashMap<>();
        AnnotatedPicture.read(book.resolve("captions.json"), book.resolve("instances.json")).forEach(picture ->
                BookTeacher.contents(picture).ifPresent(all -> contents.put(picture.fileName(), all)));
        List<BookQuestion> questions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Faults faults = new Faults(file.toString());
        JsonFile.elements(file, fields -> faults.gather(() -> {
            if (!ids.add(fields.id("id"))) {
                throw fields.error("id", "another question has that id");
            }
            questions.add(of(fields, contents));
        }));
        faults.throwIfAny();
        if (questions.isEmpty()) {
            throw UserError.of("%s: holds no question", file);
        }
        return questions;
    }

    private static BookQuestion of(Fields fields, Map<String, Contents> contents) {
        Split split = fields.flag("held_out_concept", null) ? Split.HELD_OUT_CONCEPT
                : fields.flag("held_out_pair", null) ? Split.HELD_OUT_PAIR : Split.FAMILIAR;
        BookQuestion question = new BookQuestion(fields.id("id"), fields.fileName("image"), fields.word("type", null, TYPES), split,
                fields.words("question"), fields.words("answer"), contents.get(fields.fileName("image")));
        if (question.contents == null) {
            throw fields.error("image", "instances.json tells of no such picture, or of things that are not the book's");
        }
        if (!Askable.is(question.type, question.question, question.contents)) {
            throw fields.error("question", "does not fit the type \"" + question.type + "\" and the picture: make the book anew");
        }
        return question;
    }

    /** {@return what scores are told by: the type; of naming also how many kinds of things, of presence whether it is there} */
    public String kind() {
        return switch (type) {
            case "naming" -> naming();
            case "presence" -> BookJudge.judge(type, question, contents, "Yes.").right() ? "presence_yes" : "presence_no";
            default -> type;
        };
    }

    private String naming() {
        return switch (contents.groups().size()) {
            case 1 -> contents.count() == 1 ? "naming_one" : "naming_same";
            case 2 -> "naming_two";
            case 3 -> "naming_three";
            default -> "naming_four";
        };
    }

    /**
     * {@return whether an answer is right}
     *
     * @param said in words
     */
    public Verdict judge(String said) {
        return BookJudge.judge(type, question, contents, said);
    }
}
