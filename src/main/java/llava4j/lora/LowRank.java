package llava4j.lora;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an adapter adds to one linear layer: y = W x + s · B (A x), with s = α/r, or α/√r if it is rank-stabilised
 * (Kalajdzievski 2023, rsLoRA: with α/r a larger r learns more slowly).
 *
 * @param a              A [r, in]
 * @param b              B [out, r]
 * @param alpha          α
 * @param rankStabilised whether s = α/√r
 */
public record LowRank(INDArray a, INDArray b, double alpha, boolean rankStabilised) {

    /** {@return r} */
    public int rank() {
        return (int) a.size(0);
    }

    /** {@return s} */
    public double scale() {
        return alpha / (rankStabilised ? Math.sqrt(rank()) : rank());
    }

    /** {@return how many parameters A and B have together} */
    public long parameters() {
        return a.length() + b.length();
    }
}
