package llava4j.projector;

/**
 * Sizes of the projection from the encoder's space into the decoder's word space.
 *
 * @param type       {@code linear} (W of the paper) or {@code mlp2x_gelu} (LLaVA 1.5)
 * @param inputSize  width of the encoder's features Zv
 * @param outputSize width of the word embeddings
 * @param bias       whether the linear maps have one
 * @param activation between the two maps of {@code mlp2x_gelu}: {@code gelu}; unused by {@code linear}
 */
public record ProjectorConfig(String type, int inputSize, int outputSize, boolean bias, String activation) {
}
