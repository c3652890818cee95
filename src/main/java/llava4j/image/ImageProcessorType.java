package llava4j.image;

/**
 * The image processors of transformers that do the steps of {@link ImageProcessorConfig}, one for each family of models.
 *
 * <p>What one would get wrong: they differ in what a file may leave out and in what it can say. BLIP-2's and IDEFICS' know no
 * crop; the whole picture is squeezed to a square. And transformers opens a directory of either with its own processor, so that
 * {@code CLIPImageProcessor} written there would not be obeyed.
 */
public enum ImageProcessorType {
    /** CLIP's and LLaVA's: the shorter edge to a length, then the middle cut out. */
    CLIP("CLIPImageProcessor"),
    /** BLIP-2's: the whole picture to a square. */
    BLIP("BlipImageProcessor"),
    /** IDEFICS': likewise; transformers 4 takes the side from {@code image_size}. */
    IDEFICS("IdeficsImageProcessor");

    /** As {@code image_processor_type} names it. */
    final String name;

    ImageProcessorType(String name) {
        this.name = name;
    }

    /** {@return whether it knows a crop, and a resize that keeps the proportions} */
    boolean crops() {
        return this == CLIP;
    }
}
