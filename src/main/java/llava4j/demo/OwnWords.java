package llava4j.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.evaluate.Exam;
import llava4j.json.JsonFile;

/**
 * Stage 2's data, with the language model's own words among them: before it sees pictures it is asked a few hundred questions in
 * words alone, and its answers are rehearsed among the instructions.
 *
 * <p>Stage 2 trains the whole decoder. If every sample has a picture, it learns that every answer is about a picture, and answers
 * "How many days are there in a week?" with "There are no days." LLaVA 1.5 mixes 40,000 conversations without a picture into its
 * 665,000 samples. Here the model itself is the teacher of what it should not forget ("Learning without Forgetting", Li and Hoiem,
 * 2016). What one would get wrong: to rehearse the questions of the exam, which would then say nothing about the rest.
 */
final class OwnWords {

    /** One sample in so many is one of words. */
    private static final int ONE_IN = 7;
    private static final int LONGEST = 48;
    private static final long LARGEST_FILE = 1L << 30;
    private static final String THING = "*";

    private OwnWords() {
    }

    /**
     * Writes the mixed data.
     *
     * @param model        with the language model as it was downloaded
     * @param instructions about pictures
     * @param mixed        the file to write
     */
    static void mix(Llava model, Path instructions, Path mixed) {
        List<String> questions = questions();
        List<String> answers = Exam.inWords(model, questions, LONGEST).stream().map(OwnWords::whole).toList();
        WholeFile.write(mixed, mixed((ArrayNode) JsonFile.tree(instructions, LARGEST_FILE), questions, answers).toPrettyString() + "\n");
    }

    /** The samples with as many of words after them as makes one in {@link #ONE_IN}; questions that were not answered are left out. */
    static ArrayNode mixed(ArrayNode samples, List<String> questions, List<String> answers) {
        List<Integer> answered = IntStream.range(0, questions.size()).filter(i -> !answers.get(i).isEmpty()).boxed().toList();
        int wanted = answered.isEmpty() ? 0 : samples.size() / (ONE_IN - 1);
        for (int added = 0; added < wanted; added++) {
            int i = answered.get(added % answered.size());
            ObjectNode sample = samples.addObject();
            sample.put("id", "words-" + (added + 1));
            ArrayNode turns = sample.putArray("conversations");
            turns.addObject().put("from", "human").put("value", questions.get(i));
            turns.addObject().put("from", "gpt").put("value", answers.get(i));
        }
        return samples;
    }

    /** {@return the questions; those that are asked of each thing once for each} */
    static List<String> questions() {
        List<String> lines = lines();
        List<String> things = lines.stream().filter(line -> line.startsWith(THING)).map(line -> line.substring(1).strip()).toList();
        List<String> questions = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith(THING) && line.contains(THING)) {
                things.forEach(thing -> questions.add(line.replace(THING, thing)));
            } else if (!line.startsWith(THING)) {
                questions.add(line);
            }
        }
        return questions;
    }

    private static List<String> lines() {
        try (InputStream in = OwnWords.class.getResourceAsStream("own-words.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer up to its last whole sentence; empty if it has none. */
    static String whole(String answer) {
        int end = Math.max(answer.lastIndexOf('.'), Math.max(answer.lastIndexOf('!'), answer.lastIndexOf('?')));
        return answer.substring(0, end + 1).strip();
    }
}
