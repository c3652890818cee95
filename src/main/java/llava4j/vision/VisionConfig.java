package llava4j.vision;

/**
 * Sizes of the CLIP vision transformer g (the paper's, section 4.1, is {@link #VIT_L_14}); one's own begin with those of a known
 * one: {@code VIT_B_32.withPatchSize(16)}.
 *
 * @param imageSize        side of the square picture, in pixels
 * @param patchSize        side of a square patch, in pixels; a picture has (imageSize / patchSize)² of them
 * @param hiddenSize       width D of a token
 * @param intermediateSize width of the hidden layer of the feed-forward part
 * @param layers           number of transformer layers
 * @param heads            attention heads; D / heads is the width of one
 * @param activation       {@code quick_gelu} (OpenAI's CLIP), {@code gelu} or {@code relu}
 * @param layerNormEps     ε of every layer normalisation
 * @param form             CLIP's, or that of BLIP-2's encoder
 */
public record VisionConfig(int imageSize, int patchSize, int hiddenSize, int intermediateSize, int layers, int heads,
                           String activation, double layerNormEps, Form form) {

    /** Which of two kinds of vision transformer. */
    public enum Form {
        /** CLIP's: a norm before the first layer, no bias on the patches. */
        CLIP,
        /** BLIP-2's, after EVA: no norm before the first layer, a bias on the patches. */
        EVA
    }

    /** OpenAI's CLIP ViT-B/32, a picture in 49 patches. */
    public static final VisionConfig VIT_B_32 = new VisionConfig(224, 32, 768, 3072, 12, 12, "quick_gelu", 1e-5, Form.CLIP);
    /** OpenAI's CLIP ViT-L/14, the paper's encoder: 256 patches. */
    public static final VisionConfig VIT_L_14 = new VisionConfig(224, 14, 1024, 4096, 24, 16, "quick_gelu", 1e-5, Form.CLIP);
    /** The same trained on at 336 pixels, LLaVA 1.5's encoder: 576 patches. */
    public static final VisionConfig VIT_L_14_336 = VIT_L_14.withImageSize(336);

    /**
     * {@return the same sizes for pictures of another size}
     *
     * @param pixels side of the square picture
     */
    public VisionConfig withImageSize(int pixels) {
        return new VisionConfig(pixels, patchSize, hiddenSize, intermediateSize, layers, heads, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with other patches}
     *
     * @param pixels side of a square patch
     */
    public VisionConfig withPatchSize(int pixels) {
        return new VisionConfig(imageSize, pixels, hiddenSize, intermediateSize, layers, heads, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with another width D of a token}
     *
     * @param size D
     */
    public VisionConfig withHiddenSize(int size) {
        return new VisionConfig(imageSize, patchSize, size, intermediateSize, layers, heads, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with another width of the feed-forward part}
     *
     * @param size of its hidden layer
     */
    public VisionConfig withIntermediateSize(int size) {
        return new VisionConfig(imageSize, patchSize, hiddenSize, size, layers, heads, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with another number of layers}
     *
     * @param count transformer layers
     */
    public VisionConfig withLayers(int count) {
        return new VisionConfig(imageSize, patchSize, hiddenSize, intermediateSize, count, heads, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with another number of attention heads}
     *
     * @param count which divides D
     */
    public VisionConfig withHeads(int count) {
        return new VisionConfig(imageSize, patchSize, hiddenSize, intermediateSize, layers, count, activation, layerNormEps, form);
    }

    /**
     * {@return the same sizes with another activation}
     *
     * @param name {@code quick_gelu} or {@code gelu}
     */
    public VisionConfig withActivation(String name) {
        return new VisionConfig(imageSize, patchSize, hiddenSize, intermediateSize, layers, heads, name, layerNormEps, form);
    }

    /**
     * {@return the same sizes in another form}
     *
     * @param other CLIP's or EVA's
     */
    public VisionConfig withForm(Form other) {
        return new VisionConfig(imageSize, patchSize, hiddenSize, intermediateSize, layers, heads, activation, layerNormEps, other);
    }

    /** {@return the number of patches of one picture, P = (imageSize / patchSize)²; the class token is not counted} */
    public int patches() {
        int side = imageSize / patchSize;
        return side * side;
    }
}
