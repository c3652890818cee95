package llava4j.image;

import llava4j.error.UserError;

/**
 * The bell that weighs neighbouring pixels when a picture is resized: w(x) at distance x, zero beyond the support.
 *
 * <p>Bicubic, which CLIP uses, is Keys' kernel with a = −½:
 * w(x) = (a+2)|x|³ − (a+3)|x|² + 1 for |x| &lt; 1, a|x|³ − 5a|x|² + 8a|x| − 4a for |x| &lt; 2. What one would get
 * wrong: OpenCV and torch's plain interpolation take a = −¾, and neither they nor Java2D widen the bell when they shrink.
 */
public enum ResamplingFilter {

    /** Windowed sinc, support 3. */
    LANCZOS(1, 3) {
        @Override
        double weight(double x) {
            return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    },

    /** Triangle, support 1. */
    BILINEAR(2, 1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },

    /** Keys' cubic with a = −½, support 2. */
    BICUBIC(3, 2) {
        private static final double A = -0.5;

        @Override
        double weight(double signed) {
            double x = Math.abs(signed);
            if (x < 1) {
                return ((A + 2) * x - (A + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
        }
    };

    /** The number that PIL and {@code preprocessor_config.json} give this filter ("resample"). */
    public final int code;

    /** Half the width of the bell, in pixels of the coarser of the two pictures. */
    final double support;

    ResamplingFilter(int code, double support) {
        this.code = code;
        this.support = support;
    }

    /** w(x), not yet normalised. */
    abstract double weight(double x);

    /**
     * {@return the filter with PIL's number}
     *
     * @param code 1 lanczos, 2 bilinear, 3 bicubic
     * @throws UserError for PIL's other filters (0 nearest, 4 box, 5 hamming) and for numbers that mean nothing
     */
    public static ResamplingFilter of(int code) {
        for (ResamplingFilter filter : values()) {
            if (filter.code == code) {
                return filter;
            }
        }
        String[] others = {"nearest", "", "", "", "box", "hamming"};
        String name = code >= 0 && code < others.length ? " (" + others[code] + ")" : "";
        throw UserError.of("resample %d%s is not supported: use 1 (lanczos), 2 (bilinear) or 3 (bicubic)", code, name);
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
