package llava4j.image;

import java.util.Locale;

/**
 * Whose way of reading a picture is followed: the two references agree on its colours, and not on the rest.
 *
 * <p>{@link #TRANSFORMERS} turns a photograph upright, as {@code transformers.image_utils.load_image} does (and browsers
 * and phones), and lays transparent places on white, as the image processors of transformers 5.23 do. {@link #LLAVA} is
 * {@code Image.open(file).convert("RGB")}, LLaVA's own code. What one would get wrong: that line ignores the camera's note
 * on which way is up, so a portrait lies on its side, and it shows whatever colour is stored under a transparent pixel,
 * often black. To repeat results of that code, its pixels are needed; otherwise they are a mistake.
 */
public enum ImageConvention {

    /** Upright, and on white. */
    TRANSFORMERS(Transparency.ON_WHITE, true),

    /** As it is stored, alpha left out. */
    LLAVA(Transparency.DROPPED, false);

    final Transparency transparency;
    final boolean upright;

    ImageConvention(Transparency transparency, boolean upright) {
        this.transparency = transparency;
        this.upright = upright;
    }

    /** {@return the name in options and in config.json} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
