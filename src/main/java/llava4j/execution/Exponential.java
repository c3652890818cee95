package llava4j.execution;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * e^t of many numbers at once, in loops that Java's compiler turns into vector instructions.
 *
 * <p>e^t = 2^k e^r with k the whole number nearest to t / ln 2, and |r| ≤ ½ ln 2. e^r is a polynomial of degree six, fitted for
 * this; its relative error is 3e-9, and that of the result in float32 7e-8, half of its last bit. 2^k is a float32 whose exponent
 * bits are k + 127; those of k = −127 are the 0, which is what e^t is from t = −87.7 down. The bits pass through memory that is read once as numbers and once as integers, because the compiler of Java
 * 17 has no vector instruction from one to the other. What one would get wrong: one loop for all. The compiler unrolls short
 * loops alone, and what it does not unroll it does not turn into vector instructions.
 */
final class Exponential {

    /** Numbers that are worked on at a time: they stay in the processor's nearest memory. */
    static final int PIECE = 2048;

    /** It stands for what is larger, with minus for what is smaller: e to this is a float32, and e to minus this is taken for 0. */
    private static final float LARGEST = 88f;

    private static final float PER_LN2 = 1.44269504f;
    /** ln 2 in two parts: k times the first is exact. */
    private static final float LN2 = 0.693359375f;
    private static final float LN2_REST = -2.12194440e-4f;
    /** 1.5 · 2²³: added to a number, it leaves the nearest whole number in the last bits. */
    private static final float ROUNDING = 12582912f;
    private static final int EXPONENT_OF_ZERO = Float.floatToRawIntBits(ROUNDING) - 127;
    private static final int EXPONENT = 23;

    private static final Queue<Exponential> FREE = new ConcurrentLinkedQueue<>();

    private final FloatBuffer numbers;
    private final IntBuffer integers;
    private final int[] bits = new int[PIECE];
    private final float[] whole = new float[PIECE];
    private final float[] rest = new float[PIECE];

    private Exponential() {
        ByteBuffer memory = ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder());
        numbers = memory.asFloatBuffer();
        integers = memory.asIntBuffer();
    }

    /** Lends one to {@code work}: there are as many as threads that compute at once, and each is used again. */
    static void lend(Consumer<Exponential> work) {
        Exponential one = Objects.requireNonNullElseGet(FREE.poll(), Exponential::new);
        work.accept(one);
        FREE.add(one);
    }

    /** Computes some of many numbers. */
    @FunctionalInterface
    interface Piece {

        /**
         * @param start  the first of them
         * @param length how many, at most {@link #PIECE}
         */
        void compute(int start, int length);
    }

    /**
     * Computes many numbers a piece at a time, shared out among the cores where that is worth it.
     *
     * @param count of all numbers
     * @param work  makes, for a share of the pieces, what computes one: with an exponential and arrays of its own
     */
    static void inPieces(long count, Function<Exponential, Piece> work) {
        Crew.rows((int) ((count + PIECE - 1) / PIECE), count, (begin, end) -> lend(exponential -> {
            Piece piece = work.apply(exponential);
            for (int next = begin; next < end; next++) {
                piece.compute(next * PIECE, (int) Math.min(PIECE, count - (long) next * PIECE));
            }
        }));
    }

    /**
     * Puts e^t in the place of t.
     *
     * @param t      numbers
     * @param first  where they begin
     * @param length how many
     */
    void of(float[] t, int first, int length) {
        for (int done = 0; done < length; done += PIECE) {
            piece(t, first + done, Math.min(PIECE, length - done));
        }
    }

    private void piece(float[] t, int first, int length) {
        System.arraycopy(t, first, rest, 0, length);
        powers(rest, whole, length);
        numbers.position(0).put(whole, 0, length);
        integers.position(0).get(bits, 0, length);
        exponents(bits, length);
        remainders(rest, whole, length);
        integers.position(0).put(bits, 0, length);
        numbers.position(0).get(whole, 0, length);
        product(rest, whole, length);
        System.arraycopy(rest, 0, t, first, length);
    }

    /** k + 1.5 · 2²³, with k the power of two nearest to e^t. */
    private static void powers(float[] t, float[] whole, int length) {
        for (int i = 0; i < length; i++) {
            t[i] = Math.max(-LARGEST, Math.min(LARGEST, t[i]));
        }
        for (int i = 0; i < length; i++) {
            whole[i] = t[i] * PER_LN2 + ROUNDING;
        }
    }

    /** The bits of 2^k, of those of k + 1.5 · 2²³. */
    private static void exponents(int[] bits, int length) {
        for (int i = 0; i < length; i++) {
            bits[i] = bits[i] - EXPONENT_OF_ZERO << EXPONENT;
        }
    }

    /** r = t − k ln 2. */
    private static void remainders(float[] t, float[] whole, int length) {
        for (int i = 0; i < length; i++) {
            float k = whole[i] - ROUNDING;
            t[i] = t[i] - k * LN2 - k * LN2_REST;
        }
    }

    /** e^r 2^k. */
    private static void product(float[] r, float[] power, int length) {
        for (int i = 0; i < length; i++) {
            float x = r[i];
            float p = (((0.0013814612f * x + 0.00836871f) * x + 0.04166839f) * x + 0.16666521f) * x + 0.49999994f;
            r[i] = (p * x * x + x + 1f) * power[i];
        }
    }
}
