package llava4j.language;

/**
 * Sizes of the LLaMA/Vicuna decoder f (Vicuna-7B: 32000, 4096, 11008, 32, 32, 32, 128, 1e4, 1e-5).
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
 */
public record DecoderConfig(int vocabularySize, int hiddenSize, int intermediateSize, int layers, int heads,
                            int keyValueHeads, int headSize, int maxPositions, double ropeTheta, double rmsNormEps,
                            boolean attentionBias, boolean mlpBias, boolean tiedEmbeddings) {

    /**
     * {@return the same sizes with only the first {@code count} layers}
     *
     * @param count 0 for all
     * @throws IllegalArgumentException if there are not so many
     */
    public DecoderConfig withLayers(int count) {
        if (count < 0 || count > layers) {
            throw new IllegalArgumentException("the decoder has " + layers + " layers, not " + count);
        }
        return count == 0 ? this : new DecoderConfig(vocabularySize, hiddenSize, intermediateSize, count, heads,
                keyValueHeads, headSize, maxPositions, ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings);
    }

    /**
     * {@return the same sizes with another number of tokens}
     *
     * @param tokens rows of the embedding table and of the output head
     */
    public DecoderConfig withVocabularySize(int tokens) {
        return new DecoderConfig(tokens, hiddenSize, intermediateSize, layers, heads, keyValueHeads, headSize, maxPositions,
                ropeTheta, rmsNormEps, attentionBias, mlpBias, tiedEmbeddings);
    }
}
