package llava4j.language;

/**
 * Sizes of the LLaMA/Vicuna decoder f.
 *
 * <p>One's own begin with those of a known model: {@code VICUNA_7B.withHiddenSize(512).withHeads(8)}. What one would get wrong:
 * {@link #withHeads} makes every head D / H wide, so it comes after {@link #withHiddenSize}.
 *
 * @param vocabularySize   number of tokens V
 * @param hiddenSize       width D of a token
 * @param intermediateSize width F of the SwiGLU feed-forward part
 * @param layers           number of decoder layers
 * @param heads            query heads H
 * @param keyValueHeads    key and value heads; fewer than H is grouped-query attention, 1 multi-query
 * @param headSize         width of one head; not always D / H
 * @param maxPositions     context length, in tokens
 * @param ropeTheta        base of the rotary embedding's frequencies
 * @param rmsNormEps       ε of every RMS normalisation
 * @param attentionBias    whether the four projections of attention have biases
 * @param mlpBias          whether the three projections of the feed-forward part have biases
 * @param tiedEmbeddings   whether the output head is the embedding matrix itself
 * @param additionalTokens how many of the V tokens, the last ones, have their vectors in tables of their own: IDEFICS keeps
 *                         its markers of pictures apart, so that they can learn while the vocabulary is frozen
 */
public record DecoderConfig(int vocabularySize, int hiddenSize, int intermediateSize, int layers, int heads,
                            int keyValueHeads, int headSize, int maxPositions, double ropeTheta, double rmsNormEps,
                            boolean attentionBias, boolean mlpBias, boolean tiedEmbeddings,
                            int additionalTokens) {

    /** Vicuna-7B, the paper's smaller decoder, and LLaMA-7B. */
    public static final DecoderConfig VICUNA_7B = new DecoderConfig(32_000, 4096, 11_008, 32, 32, 32, 128, 2048, 10_000, 1e-5,
            false, false, false, 0);
    /** Vicuna-13B, the paper's decoder. */
    public static final DecoderConfig VICUNA_13B = VICUNA_7B.withHiddenSize(5120).withIntermediateSize(13_824).withLayers(40)
            .withHeads(40);
    /** TinyLlama-1.1B. */
    public static final DecoderConfig TINYLLAMA_1_1B = VICUNA_7B.withHiddenSize(2048).withIntermediateSize(5632).withLayers(22)
            .withHeads(32).withKeyValueHeads(4);
    /** SmolLM2-135M. */
    public static final DecoderConfig SMOLLM2_135M = VICUNA_7B.withVocabularySize(49_152).withHiddenSize(576)
            .withIntermediateSize(1536).withLayers(30).withHeads(9).withKeyValueHeads(3).withMaxPositions(8192)
            .withRopeTheta(100_000).withTiedEmbeddings(true);

    /**
     * {@return the same sizes with only the first {@code count} layers}
     *
     * @param count 0 for all
     * @throws IllegalArgumentException if there are not so many
     */
    public DecoderConfig firstLayers(int count) {
        if (count < 0 || count > layers) {
            throw new IllegalArgumentException("the decoder has " + layers + " layers, not " + count);
        }
        return count == 0 ? this : withLayers(count);
    }

    /**
     * {@return the same sizes with another number of tokens}
     *
     * @param tokens rows of the embedding table and of the output head
     */
    public DecoderConfig withVocabularySize(int tokens) {
        return new DecoderConfig(tokens, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another width D of a token; the heads stay as they are}
     *
     * @param size D
     */
    public DecoderConfig withHiddenSize(int size) {
        return new DecoderConfig(vocabularySize, size, intermediateSize, layers, heads, keyValueHeads, headSize, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another width F of the feed-forward part}
     *
     * @param size F
     */
    public DecoderConfig withIntermediateSize(int size) {
        return new DecoderConfig(vocabularySize, hiddenSize, size, layers, heads, keyValueHeads, headSize, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another number of layers}
     *
     * @param count decoder layers
     */
    public DecoderConfig withLayers(int count) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, count, heads, keyValueHeads, headSize,
                maxPositions, ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another number of heads, each D / H wide, and as many key and value heads}
     *
     * @param count H, which divides D
     */
    public DecoderConfig withHeads(int count) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, count, count, hiddenSize / count,
                maxPositions, ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with grouped-query attention}
     *
     * @param count key and value heads, which divide the query heads
     */
    public DecoderConfig withKeyValueHeads(int count) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, count, headSize, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with heads of another width than D / H}
     *
     * @param size an even number
     */
    public DecoderConfig withHeadSize(int size) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, size, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another context}
     *
     * @param tokens of prompt and answer together
     */
    public DecoderConfig withMaxPositions(int tokens) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize, tokens,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another base of the rotary embedding's frequencies}
     *
     * @param base 10,000 in LLaMA; larger for longer contexts
     */
    public DecoderConfig withRopeTheta(double base) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize,
                maxPositions, base, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with another ε of every RMS normalisation}
     *
     * @param eps ε
     */
    public DecoderConfig withRmsNormEps(double eps) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize,
                maxPositions, ropeTheta, eps, attentionBias, mlpBias, tiedEmbeddings, additionalTokens);
    }

    /** {@return the same sizes with biases in attention and in the feed-forward part} */
    public DecoderConfig withBiases() {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize,
                maxPositions, ropeTheta, rmsNormEps, true, true, tiedEmbeddings, additionalTokens);
    }

    /**
     * {@return the same sizes with an output head that is the embedding matrix itself, or is not}
     *
     * @param tied whether it is
     */
    public DecoderConfig withTiedEmbeddings(boolean tied) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize,
                maxPositions, ropeTheta, rmsNormEps, attentionBias, mlpBias, tied, additionalTokens);
    }

    /**
     * {@return the same sizes with some of the tokens, the last ones, in tables of their own}
     *
     * @param count how many
     */
    public DecoderConfig withAdditionalTokens(int count) {
        return new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize,
                maxPositions, ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings, count);
    }

    /** {@return rows of the large table of word vectors} */
    public int tableSize() {
        return vocabularySize - additionalTokens;
    }
}
