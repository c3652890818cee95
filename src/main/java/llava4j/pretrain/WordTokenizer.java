package llava4j.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import llava4j.checkpoint.WholeFile;

/**
 * A tokenizer of one token a word, written as a {@code tokenizer.json} like any other model's.
 *
 * <p>A word is what stands between spaces; punctuation and the line break are words of their own; case is ignored. The
 * end-of-text token is not id 2: for that id transformers' CLIP has a rule of its own.
 */
public final class WordTokenizer {

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

    /** The tokens that are no words, in the order of their ids. */
    public static final List<String> SPECIALS = List.of("<pad>", "<s>", "<unk>", "</s>", "<image>");

    private WordTokenizer() {
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
     *
     * @param directory made if need be
     * @param tokens    in the order of their ids: {@link #SPECIALS}, then punctuation and words in lower case
     * @param ended     whether every text is given an end token, as CLIP's are
     * @param longest   the model's context, in tokens
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path directory, List<String> tokens, boolean ended, int longest) {
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
        if (ended) {
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
