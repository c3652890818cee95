package llava4j.vision;

/**
 * Sizes of the CLIP vision transformer g (paper, section 4.1: ViT-L/14 is 224, 14, 1024, 4096, 24, 16).
 *
 * @param imageSize        side of the square picture, in pixels
 * @param patchSize        side of a square patch, in pixels; a picture has (imageSize / patchSize)² of them
 * @param hiddenSize       width D of a token
 * @param intermediateSize width of the hidden layer of the feed-forward part
 * @param layers           number of transformer layers
 * @param heads            attention heads; D / heads is the width of one
 * @param activation       {@code quick_gelu} (OpenAI's CLIP), {@code gelu} or {@code relu}
 * @param layerNormEps     ε of every layer normalisation
 */
public record VisionConfig(int imageSize, int patchSize, int hiddenSize, int intermediateSize, int layers, int heads,
                           String activation, double layerNormEps) {

    /** OpenAI's CLIP ViT-B/32, a picture in 49 patches. */
    public static final VisionConfig VIT_B_32 = new VisionConfig(224, 32, 768, 3072, 12, 12, "quick_gelu", 1e-5);
    /** OpenAI's CLIP ViT-L/14, the paper's encoder: 256 patches. */
    public static final VisionConfig VIT_L_14 = new VisionConfig(224, 14, 1024, 4096, 24, 16, "quick_gelu", 1e-5);
    /** The same trained on at 336 pixels, LLaVA 1.5's encoder: 576 patches. */
    public static final VisionConfig VIT_L_14_336 = new VisionConfig(336, 14, 1024, 4096, 24, 16, "quick_gelu", 1e-5);

    /** {@return the number of patches of one picture, P = (imageSize / patchSize)²; the class token is not counted} */
    public int patches() {
        int side = imageSize / patchSize;
        return side * side;
    }
}
