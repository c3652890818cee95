package llava4j.vision;

/**
 * Sizes of CLIP's text tower, the half of CLIP that LLaVA leaves behind once the vision encoder is trained.
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
}
