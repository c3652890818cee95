package llava4j.model;

import java.util.List;
import java.util.stream.Stream;
import llava4j.language.DecoderConfig;
import llava4j.projector.ProjectorConfig;
import llava4j.vision.VisionConfig;

/**
 * All sizes of a LLaVA: encoder g, projection W, decoder f, and which of g's outputs W sees.
 *
 * @param vision             the encoder g
 * @param projector          the projection W
 * @param decoder            the decoder f
 * @param visionFeatureLayer the hidden state of g that is projected, counted from the end: -2 is before the last layer
 * @param keepClassToken     {@code false}: patches alone ("default", "patch"); {@code true}: class token too ("full")
 * @param imageTokenId       the id of {@code <image>} in the vocabulary, or {@link #IMAGE_TOKEN_INDEX} if it is not in it
 * @param bosTokenId         begins every prompt
 * @param eosTokenIds        any of them ends an answer
 * @param padTokenId         fills short rows of a batch
 */
public record LlavaConfig(VisionConfig vision, ProjectorConfig projector, DecoderConfig decoder,
                          int visionFeatureLayer, boolean keepClassToken, int imageTokenId, int bosTokenId,
                          List<Integer> eosTokenIds, int padTokenId) {

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
                decoder, -2, false, decoder.vocabularySize() - 1, BEGIN, List.of(END), FILL);
    }

    /**
     * {@return a decoder alone, as a LLaVA without eyes: no encoder, no projector, no {@code <image>}; the tokens are LLaMA's}
     *
     * @param decoder the decoder f
     */
    public static LlavaConfig of(DecoderConfig decoder) {
        return new LlavaConfig(null, null, decoder, 0, false, -1, BEGIN, List.of(END), FILL);
    }

    /** {@return image tokens that one picture takes in the decoder's sequence} */
    public int imageTokens() {
        return vision.patches() + (keepClassToken ? 1 : 0);
    }

    /**
     * {@return the same sizes with the decoder's first layers alone}
     *
     * @param count how many are kept; 0 for all
     * @throws IllegalArgumentException if it has fewer
     */
    public LlavaConfig withDecoderLayers(int count) {
        return new LlavaConfig(vision, projector, decoder.firstLayers(count), visionFeatureLayer, keepClassToken,
                imageTokenId, bosTokenId, eosTokenIds, padTokenId);
    }

    /**
     * {@return the same sizes with another of g's hidden states before W}
     *
     * @param layer counted from the end: −2 is before the last layer
     */
    public LlavaConfig withFeatureLayer(int layer) {
        return new LlavaConfig(vision, projector, decoder, layer, keepClassToken, imageTokenId, bosTokenId, eosTokenIds,
                padTokenId);
    }

    /**
     * {@return the same sizes with more tokens that end an answer}
     *
     * @param tokens their ids; those that do so already count once
     */
    public LlavaConfig endingAt(List<Integer> tokens) {
        List<Integer> ends = Stream.concat(eosTokenIds.stream(), tokens.stream()).distinct().toList();
        return ends.equals(eosTokenIds) ? this : new LlavaConfig(vision, projector, decoder, visionFeatureLayer,
                keepClassToken, imageTokenId, bosTokenId, ends, padTokenId);
    }

    /**
     * {@return the same sizes with another number of tokens}
     *
     * @param tokens rows of the decoder's embedding table and output head
     */
    public LlavaConfig withVocabularySize(int tokens) {
        return new LlavaConfig(vision, projector, decoder.withVocabularySize(tokens), visionFeatureLayer, keepClassToken,
                imageTokenId, bosTokenId, eosTokenIds, padTokenId);
    }

    /**
     * {@return the same with another decoder of the same width}
     *
     * @param other the decoder f
     */
    public LlavaConfig withDecoder(DecoderConfig other) {
        return new LlavaConfig(vision, projector, other, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId,
                eosTokenIds, padTokenId);
    }

    /** {@return the same sizes with the class token before W as well as the patches} */
    public LlavaConfig withClassToken() {
        return new LlavaConfig(vision, projector, decoder, visionFeatureLayer, true, imageTokenId, bosTokenId, eosTokenIds,
                padTokenId);
    }

    /**
     * {@return the same sizes with another id of {@code <image>}}
     *
     * @param id a token of the vocabulary, or {@link #IMAGE_TOKEN_INDEX}
     */
    public LlavaConfig withImageTokenId(int id) {
        return new LlavaConfig(vision, projector, decoder, visionFeatureLayer, keepClassToken, id, bosTokenId, eosTokenIds,
                padTokenId);
    }

    /**
     * {@return the same sizes with another token that begins every prompt}
     *
     * @param id a token of the vocabulary
     */
    public LlavaConfig withBosTokenId(int id) {
        return new LlavaConfig(vision, projector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, id, eosTokenIds,
                padTokenId);
    }

    /**
     * {@return the same sizes with other tokens that end an answer}
     *
     * @param ids none if no answer ends before its length
     */
    public LlavaConfig withEosTokenIds(List<Integer> ids) {
        return new LlavaConfig(vision, projector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId, ids,
                padTokenId);
    }

    /**
     * {@return the same sizes with another token that fills short rows}
     *
     * @param id a token of the vocabulary
     */
    public LlavaConfig withPadTokenId(int id) {
        return new LlavaConfig(vision, projector, decoder, visionFeatureLayer, keepClassToken, imageTokenId, bosTokenId,
                eosTokenIds, id);
    }
}
