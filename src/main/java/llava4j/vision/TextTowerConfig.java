package llava4j.vision;

/**
 * Sizes of CLIP's text tower, the half of CLIP that LLaVA leaves behind once the vision encoder is trained. One's own begin with
 * those of a known one: {@code VIT_B_32.withLayers(2)}.
 *
 * @param vocabularySize   number of tokens
 * @param maxPositions     longest caption, in tokens; positions are learned
 * @param hiddenSize       width D of a token
 * @param intermediateSize width of the hidden layer of the feed-forward part
 * @param layers           number of transformer layers
 * @param heads            attention heads
 * @param activation       {@code quick_gelu}, {@code gelu} or {@code relu}
 * @param layerNormEps     ε of every layer normalisation
 * @param eosTokenId       the token whose output stands for the caption; 2 means "the largest id", as in transformers
 */
public record TextTowerConfig(int vocabularySize, int maxPositions, int hiddenSize, int intermediateSize, int layers,
                              int heads, String activation, double layerNormEps, int eosTokenId) {

    /** The text tower of OpenAI's CLIP ViT-B/32. */
    public static final TextTowerConfig VIT_B_32 = new TextTowerConfig(49_408, 77, 512, 2048, 12, 8, "quick_gelu", 1e-5, 49_407);

    /**
     * {@return the same sizes with another number of tokens}
     *
     * @param tokens rows of the embedding table
     */
    public TextTowerConfig withVocabularySize(int tokens) {
        return new TextTowerConfig(tokens, maxPositions, hiddenSize, intermediateSize, layers, heads, activation, layerNormEps,
                eosTokenId);
    }

    /**
     * {@return the same sizes for captions of another length}
     *
     * @param tokens of the longest caption
     */
    public TextTowerConfig withMaxPositions(int tokens) {
        return new TextTowerConfig(vocabularySize, tokens, hiddenSize, intermediateSize, layers, heads, activation,
                layerNormEps, eosTokenId);
    }

    /**
     * {@return the same sizes with another width D of a token}
     *
     * @param size D
     */
    public TextTowerConfig withHiddenSize(int size) {
        return new TextTowerConfig(vocabularySize, maxPositions, size, intermediateSize, layers, heads, activation,
                layerNormEps, eosTokenId);
    }

    /**
     * {@return the same sizes with another width of the feed-forward part}
     *
     * @param size of its hidden layer
     */
    public TextTowerConfig withIntermediateSize(int size) {
        return new TextTowerConfig(vocabularySize, maxPositions, hiddenSize, size, layers, heads, activation, layerNormEps,
                eosTokenId);
    }

    /**
     * {@return the same sizes with another number of layers}
     *
     * @param count transformer layers
     */
    public TextTowerConfig withLayers(int count) {
        return new TextTowerConfig(vocabularySize, maxPositions, hiddenSize, intermediateSize, count, heads, activation,
                layerNormEps, eosTokenId);
    }

    /**
     * {@return the same sizes with another number of attention heads}
     *
     * @param count which divides D
     */
    public TextTowerConfig withHeads(int count) {
        return new TextTowerConfig(vocabularySize, maxPositions, hiddenSize, intermediateSize, layers, count, activation,
                layerNormEps, eosTokenId);
    }

    /**
     * {@return the same sizes with another activation}
     *
     * @param name {@code quick_gelu} or {@code gelu}
     */
    public TextTowerConfig withActivation(String name) {
        return new TextTowerConfig(vocabularySize, maxPositions, hiddenSize, intermediateSize, layers, heads, name,
                layerNormEps, eosTokenId);
    }

    /**
     * {@return the same sizes with another token whose output stands for the caption}
     *
     * @param id 2 means "the largest id"
     */
    public TextTowerConfig withEosTokenId(int id) {
        return new TextTowerConfig(vocabularySize, maxPositions, hiddenSize, intermediateSize, layers, heads, activation,
                layerNormEps, id);
    }
}
