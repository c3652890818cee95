package llava4j.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import llava4j.checkpoint.WholeFile;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;

/**
 * The tiny world's vocabulary, one token a word, written as a {@code tokenizer.json} like any other model's.
 *
 * <p>A word is what stands between spaces; punctuation and the line break are words of their own; case is ignored. The
 * end-of-text token is not id 2: for that id transformers' CLIP has a rule of its own.
 */
public final class TinyVocabulary {

    /** Id of the token that fills short rows. */
    public static final int PAD = 0;
    /** Id of the token that begins every text. */
    public static final int BOS = 1;
    /** Id of the token for a word outside the vocabulary. */
    public static final int UNKNOWN = 2;
    /** Id of the token that ends every answer, and every text of CLIP. */
    public static final int EOS = 3;
    /** Id of {@code <image>}. */
    public static final int IMAGE = 4;

    private static final List<String> SPECIALS = List.of("<pad>", "<s>", "<unk>", "</s>", "<image>");
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
        List<String> tokens = new ArrayList<>(SPECIALS);
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
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < SPECIALS.size(); id++) {
            added.addObject().put("id", id).put("content", SPECIALS.get(id)).put("single_word", false)
                    .put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
        }
        root.putObject("normalizer").put("type", "Lowercase");
        ArrayNode splits = root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        split(splits, "[^\\S\\n]+", "Removed");
        split(splits, "\\n", "Isolated");
        split(splits, "[.,?]", "Isolated");
        ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        if (clip) {
            single.addObject().putObject("SpecialToken").put("id", "</s>").put("type_id", 0);
        }
        ArrayNode pair = processor.putArray("pair");
        pair.addAll(single.deepCopy());
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode specials = processor.putObject("special_tokens");
        for (int id : new int[] {BOS, EOS}) {
            ObjectNode special = specials.putObject(SPECIALS.get(id)).put("id", SPECIALS.get(id));
            special.putArray("ids").add(id);
            special.putArray("tokens").add(SPECIALS.get(id));
        }
        // Joins words by spaces and takes the space before punctuation off again
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        List<String> tokens = clip ? tokens() : withMaps();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        model.put("unk_token", "<unk>");
        WholeFile.write(directory.resolve("tokenizer.json"), root.toPrettyString() + "\n");
        ObjectNode config = json.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("bos_token", "<s>").put("eos_token", "</s>").put("unk_token", "<unk>").put("pad_token", "<pad>")
                .put("image_token", "<image>").put("padding_side", "left").put("model_max_length", longest)
                .put("clean_up_tokenization_spaces", false);
        WholeFile.write(directory.resolve("tokenizer_config.json"), config.toPrettyString() + "\n");
    }

    private static void split(ArrayNode splits, String pattern, String behaviour) {
        splits.addObject().put("type", "Split").put("behavior", behaviour).put("invert", false)
                .putObject("pattern").put("Regex", pattern);
    }
}
