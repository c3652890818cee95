package llava4j.conversation;

import java.util.stream.IntStream;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.model.LlavaConfig;
import llava4j.model.PictureMarks;

/**
 * Token ids of a text in which {@code <image>} marks the places of pictures: one id for each mark.
 *
 * <p>In transformers' layout {@code <image>} is a token of the vocabulary. In the original repository's it is none: there
 * the text is cut at each {@code <image>}, the pieces are tokenised apart, and between them stands −200 ({@code
 * tokenizer_image_token}); the token that begins a text stands once, in front. What one would get wrong: a tokenizer that
 * does not know {@code <image>} makes pieces of it without a word, and the model is trained blind. So the ids are counted
 * here, and the tokenizer is held against the model's sizes before it is used. BLIP-2 and IDEFICS mark their pictures in ways of
 * their own ({@link PictureMarks}).
 */
public final class MarkedText {

    private static final String FAKE = "<fake_token_around_image>";

    private final Tokenizer tokenizer;
    private final int imageTokenId;
    private final int rows;
    private final PictureMarks style;

    private MarkedText(Tokenizer tokenizer, int imageTokenId, int rows, PictureMarks style) {
        this.style = style;
        this.tokenizer = tokenizer;
        this.imageTokenId = imageTokenId;
        this.rows = rows;
    }

    /**
     * The way in which one model reads texts.
     *
     * @param tokenizer the model's own
     * @param config    the model's sizes
     * @return reads texts for that model
     * @throws UserError if {@code <image>} or the token that ends an answer is not the token that {@code config} says
     */
    public static MarkedText of(Tokenizer tokenizer, LlavaConfig config) {
        if (config.vision() != null && config.imageTokenId() != LlavaConfig.IMAGE_TOKEN_INDEX) {
            int[] ids = tokenizer.encode(Conversation.IMAGE, false);
            if (ids.length != 1) {
                throw UserError.of("%s: <image> is not a single token of this tokenizer, config.json says it is token %d: "
                        + "copy the tokenizer's files from the same model", tokenizer.file(), config.imageTokenId());
            }
            if (ids[0] != config.imageTokenId()) {
                throw UserError.of("%s: <image> is token %d, but image_token_index in config.json is %d: the tokenizer "
                        + "belongs to another model", tokenizer.file(), ids[0], config.imageTokenId());
            }
        }
        if (config.vision() != null && config.imageTokenId() >= config.decoder().vocabularySize()) {
            throw UserError.of("%s: <image> is token %d, but the model's embedding has %d rows (vocab_size in config.json)",
                    tokenizer.file(), config.imageTokenId(), config.decoder().vocabularySize());
        }
        int[] end = tokenizer.encode(tokenizer.endText(), false);
        if (end.length == 1 && !config.eosTokenIds().contains(end[0])) {
            throw UserError.of("%s: %s, which ends an answer, is token %d, but eos_token_id in config.json or "
                    + "generation_config.json is %s: no answer would end", tokenizer.file(), tokenizer.endText(), end[0],
                    config.eosTokenIds());
        }
        return new MarkedText(tokenizer, config.vision() == null ? -1 : config.imageTokenId(),
                config.decoder().vocabularySize(), config.marks());
    }

    /**
     * For texts of one's own vocabulary, without a model beside it.
     *
     * @param tokenizer    any
     * @param imageTokenId id of {@code <image>}, or −1 if there are no pictures
     * @return reads texts, whatever ids come of it
     */
    static MarkedText of(Tokenizer tokenizer, int imageTokenId) {
        return new MarkedText(tokenizer, imageTokenId, Integer.MAX_VALUE, PictureMarks.IN_THE_TEXT);
    }

    /** {@return the tokenizer that it reads with} */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** {@return the id that stands for a picture, or −1} */
    int imageTokenId() {
        return imageTokenId;
    }

    /** {@return whether a conversation's pictures stand before its text, wherever it marks them} */
    boolean picturesStandFirst() {
        return style == PictureMarks.BEFORE_THE_TEXT;
    }

    /**
     * {@return token ids, one for each {@code <image>}; it is not yet expanded to its image tokens}
     *
     * @param text          any text, empty too
     * @param specialTokens whether the tokens that begin (and end) every text are added
     * @throws UserError if a mark falls into pieces, or the model has no embedding for a token of the text
     */
    public int[] encode(String text, boolean specialTokens) {
        int[] ids = imageTokenId == LlavaConfig.IMAGE_TOKEN_INDEX ? cut(text, specialTokens)
                : tokenizer.encode(style == PictureMarks.BETWEEN_FAKE_TOKENS ? betweenFakes(text) : text, specialTokens);
        int marks = 0;
        for (int id : ids) {
            marks += id == imageTokenId ? 1 : 0;
            if (id >= rows && id != imageTokenId) {
                throw UserError.of("%s: \"%s\" has the token %s, id %d, but the model's embedding has %d rows (vocab_size in "
                        + "config.json): the tokenizer is larger than the model", tokenizer.file(),
                        Fields.shortened(text), tokenizer.decode(new int[] {id}, false), id, rows);
            }
        }
        if (imageTokenId != -1 && marks != marks(text)) {
            throw UserError.of("%s: the text has %d <image>, but %d come out of the tokenizer as a token of their own: "
                    + "set it apart with a space or a new line", tokenizer.file(), marks(text), marks);
        }
        return ids;
    }

    /**
     * A raw prompt as the model reads it.
     *
     * @param text        with {@code <image>} in the place of each picture; where pictures stand before the text, with none
     * @param pictures    how many there are
     * @param imageTokens places that one picture takes
     * @return token ids, every picture expanded to its image tokens
     * @throws UserError if the text has not as many places as there are pictures, or as {@link #encode}
     */
    public int[] prompt(String text, int pictures, int imageTokens) {
        boolean before = style == PictureMarks.BEFORE_THE_TEXT && marks(text) == 0;
        int[] ids = encode(style == PictureMarks.BETWEEN_FAKE_TOKENS ? withoutSpaces(text) : text, true);
        if (!before && marks(text) != pictures) {
            throw UserError.of("the prompt has %d <image> but %d --image are given: one for each", marks(text), pictures);
        }
        IntStream expanded = IntStream.of(ids).flatMap(id -> IntStream.generate(() -> id)
                .limit(id == imageTokenId ? imageTokens : 1));
        return IntStream.concat(IntStream.generate(() -> imageTokenId).limit(before ? (long) pictures * imageTokens : 0), expanded)
                .toArray();
    }

    /** IDEFICS: each mark between two others, of which neighbours share one; spaces beside them go. */
    private static String betweenFakes(String text) {
        String[] pieces = text.split(Conversation.IMAGE, -1);
        StringBuilder marked = new StringBuilder(pieces[0]);
        for (int i = 1; i < pieces.length; i++) {
            strip(marked);
            boolean neighbours = i > 1 && withoutSpaces(pieces[i - 1]).isEmpty();
            marked.append(neighbours ? "" : FAKE).append(Conversation.IMAGE).append(FAKE)
                    .append(pieces[i].replaceFirst("^ +", ""));
        }
        return marked.toString();
    }

    private static void strip(StringBuilder text) {
        while (text.length() > 0 && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
    }

    private static String withoutSpaces(String text) {
        return text.replaceAll("^ +| +$", "");
    }

    /**
     * {@return how many pictures a text has places for}
     *
     * @param text any text
     */
    public static int marks(String text) {
        int marks = 0;
        for (int at = text.indexOf(Conversation.IMAGE); at >= 0; at = text.indexOf(Conversation.IMAGE, at + 1)) {
            marks++;
        }
        return marks;
    }

    private int[] cut(String text, boolean specialTokens) {
        IntStream ids = IntStream.empty();
        String[] pieces = text.split(Conversation.IMAGE, -1);
        for (int i = 0; i < pieces.length; i++) {
            IntStream mark = i == 0 ? IntStream.empty() : IntStream.of(imageTokenId);
            ids = IntStream.concat(ids, IntStream.concat(mark,
                    IntStream.of(tokenizer.encode(pieces[i], specialTokens && i == 0))));
        }
        return ids.toArray();
    }
}
