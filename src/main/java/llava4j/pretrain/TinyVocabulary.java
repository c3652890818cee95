package llava4j.pretrain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;

/**
 * The tiny world's vocabulary, one token a word, for a {@link WordTokenizer}.
 */
public final class TinyVocabulary {

    private static final List<String> MARKS = List.of("user:", "assistant:", "###", "human:", "\n", ".", ",", "?");
    /** Words of the tiny ScienceQA, which the pretraining never says, and some for lessons of one's own. */
    private static final String SCIENCE = "question: context: options: n/a (a) (b) (c) (d) a b c d answer which are "
            + "things thing warm hot cold heavy light soft hard because tells how map north south east west word rhymes "
            + "with first comes order goat bee mouse hat tall far both neither none these know cannot tell not i";
    private static final int SAMPLES = 4000;

    private TinyVocabulary() {
    }

    /** {@return all tokens, in the order of their ids: special ones, marks, then the words that scenes are told in} */
    public static List<String> tokens() {
        Random random = new Random(0);
        Set<String> words = new TreeSet<>();
        for (int i = 0; i < SAMPLES; i++) {
            Scene scene = Scene.random(random, 2 + i % 2);
            add(words, Telling.tell(scene, random));
            add(words, Telling.caption(scene, random));
            for (String type : List.of("color", "where", "what", "count", "exists", "relation", "reasoning", "detail")) {
                Question question = Questions.of(type, scene, random);
                add(words, question.text());
                add(words, question.answer());
            }
            add(words, Telling.detail(Scene.random(random, 1)));
            add(words, "tell me every color. find everything. name everything.");
        }
        add(words, SCIENCE);
        words.removeAll(MARKS);
        List<String> tokens = new ArrayList<>(WordTokenizer.SPECIALS);
        tokens.addAll(MARKS);
        tokens.addAll(words);
        return tokens;
    }

    /** {@return the tokens of the decoder, which also reads maps: {@link #tokens}, then the words of maps} */
    public static List<String> withMaps() {
        List<String> tokens = new ArrayList<>(tokens());
        tokens.add(Telling.EMPTY);
        Scene.COLORS.forEach(color -> Scene.KINDS.forEach(kind -> tokens.add(Telling.mapWord(color, kind))));
        return tokens;
    }

    private static void add(Set<String> words, String text) {
        words.addAll(List.of(text.replaceAll("([.,?])", " $1").split(" +")));
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
     *
     * @param directory made if need be
     * @param clip      for CLIP, whose every text is given an end token and which reads no maps; else for the decoder
     * @param longest   the model's context, in tokens
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path directory, boolean clip, int longest) {
        WordTokenizer.write(directory, clip ? tokens() : withMaps(), clip, longest);
    }
}
