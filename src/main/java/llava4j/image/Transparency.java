package llava4j.image;

/**
 * What becomes of a picture's alpha, which CLIP does not see: it is left out, or mixed in with white.
 *
 * <p>{@link #ON_WHITE}: colour c with alpha a becomes (a·c + (255 − a)·255) / 255, rounded. What one would get
 * wrong: the reference changed.
 * LLaVA's own code and transformers 4 drop alpha and so show whatever colour lies under a transparent pixel, often
 * black; transformers 5.23 lays the picture on white. The two differ wherever a picture is not opaque.
 */
public enum Transparency {

    /** The colours as they are stored; PIL's {@code convert("RGB")}. */
    DROPPED {
        @Override
        int rgb(int argb) {
            return argb & 0xffffff;
        }
    },

    /** On white paper; PIL's {@code alpha_composite}, which the image processors of transformers 5.23 use. */
    ON_WHITE {
        @Override
        int rgb(int argb) {
            int alpha = argb >>> 24;
            return onWhite(argb >> 16 & 0xff, alpha) << 16 | onWhite(argb >> 8 & 0xff, alpha) << 8
                    | onWhite(argb & 0xff, alpha);
        }
    };

    /** The opaque colour 0xRRGGBB of a pixel 0xAARRGGBB, not premultiplied. */
    abstract int rgb(int argb);

    private static int onWhite(int colour, int alpha) {
        int mixed = colour * alpha + 255 * (255 - alpha) + 128;
        // Division by 255, rounded, for numbers up to 255²: PIL's way, without its seven guard bits
        return mixed + (mixed >> 8) >> 8;
    }
}
