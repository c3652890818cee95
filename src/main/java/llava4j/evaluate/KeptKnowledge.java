package llava4j.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.Llava;

/**
 * What a language model knew before it saw pictures, and still knows, or does not, after: thirty questions in words alone.
 *
 * <p>Stage 2 trains the whole decoder on talk about pictures. A model that afterwards answers "a dog at the top left" to "What
 * is the capital of France?" has paid for its eyes with its knowledge ("catastrophic forgetting"). So the same questions are
 * asked before and after. What one would get wrong: a right word in an answer does not make a good answer; read them.
 *
 * @param questions in the order in which answers are given
 */
public record KeptKnowledge(List<Item> questions) {

    private static final int LONGEST = 48;

    /**
     * One question.
     *
     * @param question as it is asked
     * @param words    of which a right answer has one, in lower case; none where the question is small talk
     */
    public record Item(String question, List<String> words) {

        /** {@return whether the answer can be checked} */
        public boolean isFact() {
            return !words.isEmpty();
        }

        /**
         * {@return whether the answer has one of the words}
         *
         * @param answer the model's
         */
        public boolean isKnown(String answer) {
            String text = answer.toLowerCase(Locale.ROOT);
            return words.stream().anyMatch(word -> Pattern.compile("\\b" + Pattern.quote(word) + "(s|es|y|light)?\\b").matcher(text)
                    .find());
        }
    }

    /** {@return the thirty questions} */
    public static KeptKnowledge questionsInWords() {
        try (InputStream in = KeptKnowledge.class.getResourceAsStream("knowledge.txt")) {
            return new KeptKnowledge(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).map(line -> line.split("\\|")).map(cells -> new Item(cells[0].strip(),
                            cells.length < 2 ? List.of() : Stream.of(cells[1].split(",")).map(String::strip).toList())).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the model's greedy answers}
     *
     * @param model with a template of its own
     */
    public List<String> answers(Llava model) {
        return Exam.inWords(model, questions.stream().map(Item::question).toList(), LONGEST);
    }

    /**
     * {@return how many facts the answers have right}
     *
     * @param answers one for each question
     */
    public long known(List<String> answers) {
        return IntStream.range(0, questions.size()).filter(i -> questions.get(i).isKnown(answers.get(i))).count();
    }

    /** {@return how many questions ask for a fact} */
    public long facts() {
        return questions.stream().filter(Item::isFact).count();
    }
}
