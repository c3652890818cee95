package llava4j.image;

/**
 * How each pixel of a resized line is mixed from pixels of the original line, in the 22-bit fixed point of PIL.
 *
 * <p>Output pixel i sits at c = (i + ½)·s of the input, s = in/out. Its bell is stretched to f = max(s, 1), so that a
 * shrunk picture averages what it drops (antialiasing):
 * k_j = w((j + ½ − c)/f) / Σ_j w((j + ½ − c)/f), kept as the integer nearest to k_j·2²². What one would get wrong: the
 * weights are normalised before they are rounded, so their integers need not add up to 2²² exactly, and a pixel of the
 * reference may be one step off a floating-point result.
 */
final class ResamplingWeights {

    /** 32 bits less 8 for the pixel and 2 for the overshoot of negative weights. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /** Per output pixel: its first input pixel. */
    private final int[] first;

    /** Per output pixel: the weights of the input pixels from {@link #first} on. */
    private final int[][] weights;

    /**
     * @param in  length of the original line, in pixels
     * @param out length of the resized line, in pixels
     */
    ResamplingWeights(int in, int out, ResamplingFilter filter) {
        double scale = (double) in / out;
        double stretch = Math.max(scale, 1);
        double inverse = 1 / stretch;
        double support = filter.support * stretch;
        first = new int[out];
        weights = new int[out][];
        for (int i = 0; i < out; i++) {
            double center = (i + 0.5) * scale;
            int from = Math.max(0, (int) (center - support + 0.5));
            int to = Math.min(in, (int) (center + support + 0.5));
            double[] exact = new double[to - from];
            double sum = 0;
            for (int j = 0; j < exact.length; j++) {
                // In the reference's order: (j + from) − center + ½, times 1/f rather than divided by f
                exact[j] = filter.weight((j + from - center + 0.5) * inverse);
                sum += exact[j];
            }
            first[i] = from;
            weights[i] = fixedPoint(exact, sum);
        }
    }

    /**
     * Mixes one channel of one output pixel.
     *
     * @param line   channel values 0..255 of the input
     * @param start  where the line's first pixel lies in {@code line}
     * @param stride from one pixel of the line to the next
     * @param i      which output pixel
     * @return 0..255
     */
    byte mix(byte[] line, int start, int stride, int i) {
        int[] k = weights[i];
        int sum = 1 << (PRECISION_BITS - 1);
        for (int j = 0, at = start + first[i] * stride; j < k.length; j++, at += stride) {
            sum += (line[at] & 0xff) * k[j];
        }
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }

    private static int[] fixedPoint(double[] exact, double sum) {
        int[] rounded = new int[exact.length];
        for (int j = 0; j < exact.length; j++) {
            double k = (sum == 0 ? exact[j] : exact[j] / sum) * (1 << PRECISION_BITS);
            // Halves go away from zero; Math.round would take them up
            rounded[j] = (int) (k < 0 ? k - 0.5 : k + 0.5);
        }
        return rounded;
    }
}
