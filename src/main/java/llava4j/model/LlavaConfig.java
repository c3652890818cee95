package llava4j.model;

import java.util.List;
import java.util.stream.Stream;
import llava4j.language.DecoderConfig;
import llava4j.connector.Connector;
import llava4j.connector.ProjectorConfig;
import llava4j.vision.VisionConfig;

/**
 * All sizes of a LLaVA: encoder g, connector, decoder f, and which of g's outputs the connector reads.
 *
 * @param vision             the encoder g
 * @param connector          W, or another that joins the two
 * @param decoder            the decoder f
 * @param visionFeatureLayer the hidden state of g that is read, counted from the end: -2 is before the last layer
 * @param keepClassToken     {@code false}: patches alone ("default", "patch"); {@code true}: class token too ("full")
 * @param imageTokenId       the id of {@code <image>} in the vocabulary, or {@link #IMAGE_TOKEN_INDEX} if it is not in it
 * @param bosTokenId         begins every prompt
 * @param eosTokenIds        any of them ends an answer
 * @param padTokenId         fills short rows of a batch
 * @param marks              how a prompt says where its pictures are
 */
public record LlavaConfig(VisionConfig vision, Connector connector, DecoderConfig decoder,
                          int visionFeatureLayer, boolean keepClassToken, int imageTokenId, int bosTokenId,
                          List<Integer> eosTokenIds, int padTokenId, PictureMarks marks) {

    /**
     * Stands for a picture where the vocabulary has no {@code <image>}: the id that the original repository puts between
     * the pieces of a text ({@code IMAGE_TOKEN_INDEX}).
     */
    public static final int IMAGE_TOKEN_INDEX = -200;

    /** LLaMA's: of the tokens that begin a text and that end one; the one for unknown words fills short rows. */
    private static final int BEGIN = 1;
    private static final int END = 2;
    private static final int FILL = 0;

    /**
     * {@return an encoder and a decoder as LLaVA joins them: W sees the patches of g's last hidden state but one; the tokens are
     * LLaMA's, the vocabulary's last being {@code <image>}}
     *
     * @param vision    the encoder g
     * @param projector {@code linear} or {@code mlp2x_gelu}
     * @param decoder   the decoder f
     */
    public static LlavaConfig of(VisionConfig vision, String projector, DecoderConfig decoder) {
        return new LlavaConfig(vision, new ProjectorConfig(projector, vision.hiddenSize(), decoder.hiddenSize(), true, "gelu"),
                decoder, -2, false, decoder.vocabularySize() - 1, BEGIN, List.of(END), FILL, PictureMarks.IN_THE_TEXT);
    }

    /**
     * {@return a decoder alone, as a LLaVA without eyes: no encoder, no projector, no {@code <image>}; the tokens are LLaMA's}
     *
     * @param decoder the decoder f
     */
    public static LlavaConfig of(DecoderConfig decoder) {
        return new LlavaConfig(null, null, decoder, 0, false, -1, BEGIN, List.of(END), FILL, PictureMarks.IN_THE_TEXT);
    }

    /**
     * The sizes of a model whose texts mark their pictures as LLaVA's do.
     *
     * @param vision             the encoder g
     * @param connector          W, or another that joins the two
     * @param decoder            the decoder f
     * @param visionFeatureLayer the hidden state of g that is read
     * @param keepClassToken     whether the class token is read too
     * @param imageTokenId       the id of {@code <image>}
     * @param bosTokenId         begins every prompt
     * @param eosTokenIds        any of them ends an answer
     * @param padTokenId         fills short rows of a batch
     */
    public LlavaConfig(VisionConfig vision, Connector connector, DecoderConfig decoder, int visionFeatureLayer,
                       boolean keepClassToken, int imageTokenId, int bosTokenId, List<Integer> eosTokenIds, int padTokenId) {
        this(vision, connector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId, eosTokenIds, padTokenId,
                PictureMarks.IN_THE_TEXT);
    }

    /** {@return rows of Zv that the connector reads of one picture: its patches, and the class token if that is kept} */
    public int features() {
        return vision.patches() + (keepClassToken ? 1 : 0);
    }

    /** {@return places that one picture takes in the decoder's sequence} */
    public int imageTokens() {
        return connector.imageTokens(features());
    }

    /** The tokens after which no picture is seen until the next: in IDEFICS' texts; in a conversation they end an answer alone. */
    List<Integer> endsOfText() {
        return marks == PictureMarks.BETWEEN_FAKE_TOKENS ? eosTokenIds : List.of();
    }

    /**
     * {@return whether a graph has a connector: where there are pictures; and always where the connector has layers of its own in
     * the decoder}
     *
     * @param images whether there are pictures
     */
    boolean connects(boolean images) {
        return images || connector != null && !connector.isSpliced();
    }

    /**
     * {@return the same sizes with another connector}
     *
     * @param other W, or another that joins the two
     */
    public LlavaConfig withConnector(Connector other) {
        return new LlavaConfig(vision, other, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId, eosTokenIds,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes, whose prompts mark pictures another way}
     *
     * @param other way
     */
    public LlavaConfig withMarks(PictureMarks other) {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId,
                eosTokenIds, padTokenId, other);
    }

    /**
     * {@return the same sizes with the decoder's first layers alone}
     *
     * @param count how many are kept; 0 for all
     * @throws IllegalArgumentException if it has fewer
     */
    public LlavaConfig withDecoderLayers(int count) {
        return new LlavaConfig(vision, connector, decoder.firstLayers(count), visionFeatureLayer, keepClassToken,
                imageTokenId, bosTokenId, eosTokenIds, padTokenId, marks);
    }

    /**
     * {@return the same sizes with another of g's hidden states before W}
     *
     * @param layer counted from the end: −2 is before the last layer
     */
    public LlavaConfig withFeatureLayer(int layer) {
        return new LlavaConfig(vision, connector, decoder, layer, keepClassToken, imageTokenId, bosTokenId, eosTokenIds,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes with more tokens that end an answer}
     *
     * @param tokens their ids; those that do so already count once
     */
    public LlavaConfig endingAt(List<Integer> tokens) {
        List<Integer> ends = Stream.concat(eosTokenIds.stream(), tokens.stream()).distinct().toList();
        return ends.equals(eosTokenIds) ? this : new LlavaConfig(vision, connector, decoder, visionFeatureLayer,
                keepClassToken, imageTokenId, bosTokenId, ends, padTokenId, marks);
    }

    /**
     * {@return the same sizes with another number of tokens}
     *
     * @param tokens rows of the decoder's embedding table and output head
     */
    public LlavaConfig withVocabularySize(int tokens) {
        return new LlavaConfig(vision, connector, decoder.withVocabularySize(tokens), visionFeatureLayer, keepClassToken,
                imageTokenId, bosTokenId, eosTokenIds, padTokenId, marks);
    }

    /**
     * {@return the same with another decoder of the same width}
     *
     * @param other the decoder f
     */
    public LlavaConfig withDecoder(DecoderConfig other) {
        return new LlavaConfig(vision, connector, other, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId,
                eosTokenIds, padTokenId, marks);
    }

    /** {@return the same sizes with the class token before W as well as the patches} */
    public LlavaConfig withClassToken() {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, true, imageTokenId, bosTokenId, eosTokenIds,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes with another id of {@code <image>}}
     *
     * @param id a token of the vocabulary, or {@link #IMAGE_TOKEN_INDEX}
     */
    public LlavaConfig withImageTokenId(int id) {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, keepClassToken, id, bosTokenId, eosTokenIds,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes with another token that begins every prompt}
     *
     * @param id a token of the vocabulary
     */
    public LlavaConfig withBosTokenId(int id) {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, id, eosTokenIds,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes with other tokens that end an answer}
     *
     * @param ids none if no answer ends before its length
     */
    public LlavaConfig withEosTokenIds(List<Integer> ids) {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId, ids,
                padTokenId, marks);
    }

    /**
     * {@return the same sizes with another token that fills short rows}
     *
     * @param id a token of the vocabulary
     */
    public LlavaConfig withPadTokenId(int id) {
        return new LlavaConfig(vision, connector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId,
                eosTokenIds, id, marks);
    }
}
