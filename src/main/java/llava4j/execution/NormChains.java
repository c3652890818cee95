package llava4j.execution;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import llava4j.execution.Chains.Chain;
import org.nd4j.linalg.api.ops.BaseReduceOp;

/**
 * Finds norms among the {@link Chains}: an RMS norm is written as six operations, its gradient is ten, a layer norm nine.
 */
final class NormChains {

    private final Chains chains;

    NormChains(Chains chains) {
        this.chains = chains;
    }

    /** gain = matmul(rsqrt(add(mean(multiply(x, x)), ε)), γ): the steps that make it. */
    private record Gain(int outer, int root, int sum, int mean, int square) {
    }

    /** What makes the gain of x in a slot; {@code null} if something else does. */
    private Gain gain(Integer slot, Integer x) {
        Integer outer = chains.made("matmul", slot);
        Integer root = chains.made("rsqrt", chains.input(outer, 0));
        Integer sum = chains.made("add_scalar", chains.input(root, 0));
        Integer mean = chains.made("reduce_mean", chains.input(sum, 0));
        Integer square = chains.made("multiply", chains.input(mean, 0));
        return ofRows(mean) && chains.reads(square, x, x) && !Float.isNaN(chains.number(sum))
                ? new Gain(outer, root, sum, mean, square) : null;
    }

    /** y = (x − mean(x)) gain + β, the gain of x − mean(x). */
    void layerNorm(int y) {
        Integer scaled = chains.made("multiply", chains.input(y, 0));
        Integer centred = chains.made("subtract", chains.input(scaled, 0));
        Integer mean = chains.made("reduce_mean", chains.input(centred, 1));
        Gain gain = gain(chains.input(scaled, 1), chains.output(centred, 0));
        if (!chains.is("add", y) || gain == null || !ofRows(mean) || !chains.reads(mean, chains.input(centred, 0))) {
            return;
        }
        int[] inputs = {chains.input(centred, 0), chains.input(gain.outer, 1), chains.input(y, 1)};
        chains.add(new Chain(Set.of(y, scaled, centred, mean, gain.outer, gain.root, gain.sum, gain.mean, gain.square), inputs,
                Set.of(chains.output(y, 0)), y, needed -> new LayerNormRows(chains.step(y), inputs, chains.number(gain.sum))));
    }

    /** y = x gain; and its gradient, if it has one. */
    void rms(int y) {
        Integer x = chains.input(y, 0);
        Gain gain = gain(chains.input(y, 1), x);
        if (!chains.is("multiply", y) || gain == null) {
            return;
        }
        int[] inputs = {x, chains.input(gain.outer, 1)};
        int[] outputs = {chains.output(y, 0), chains.output(gain.root, 0), chains.output(gain.outer, 0)};
        chains.add(new Chain(Set.of(y, gain.outer, gain.root, gain.sum, gain.mean, gain.square), inputs,
                Set.of(outputs[0], outputs[1], outputs[2]), y, needed -> new RmsNormRows(chains.step(y), inputs,
                        chains.number(gain.sum), IntStream.of(outputs).map(slot -> needed.test(slot) ? slot : -1).toArray())));
        chains.read(outputs[2]).forEach(reader -> gradient(reader, x, gain.outer, gain.sum));
    }

    /** The backward pass of an RMS norm, down to the sum of all gradients of x. */
    private void gradient(int ofProduct, Integer x, int outer, int sum) {
        Integer ofX = chains.output(ofProduct, 0);
        Integer ofOuter = chains.reader("matmul_bp", chains.output(ofProduct, 1));
        Integer ofRoot = chains.reader("multiply", chains.output(ofOuter, 0));
        Integer scaled = chains.made("mul_scalar", chains.input(ofRoot, 1));
        Integer power = chains.made("pow", chains.input(scaled, 0));
        Integer ofMean = chains.reader("reduce_mean_bp", chains.output(ofRoot, 0));
        Integer ofSquare = chains.reader("multiply_bp", chains.output(ofMean, 0));
        boolean asWritten = chains.is("multiply_bp", ofProduct) && chains.reads(ofProduct, x, chains.output(outer, 0))
                && chains.reads(ofOuter, chains.input(outer, 0), chains.input(outer, 1)) && chains.reads(ofSquare, x, x)
                && chains.reads(power, chains.output(sum, 0)) && chains.number(power) == -1.5f && chains.number(scaled) == -0.5f;
        // ((what x gets from elsewhere, if anything, + through the product) + through one factor of the square) + through the other
        Integer first = chains.reader("add", ofX);
        if (!asWritten || first == null) {
            return;
        }
        Integer elsewhere = chains.other(first, ofX).equals(chains.output(ofSquare, 0)) ? null : chains.other(first, ofX);
        Integer second = elsewhere == null ? first : chains.reader("add", chains.output(first, 0));
        Integer last = chains.reader("add", chains.output(second, 0));
        if (!chains.reads(second, elsewhere == null ? ofX : chains.output(first, 0), chains.output(ofSquare, 0))
                || !chains.reads(last, chains.output(second, 0), chains.output(ofSquare, 1))) {
            return;
        }
        int dx = chains.output(last, 0);
        int dGamma = chains.output(ofOuter, 1);
        int[] inputs = IntStream.concat(IntStream.of(x, chains.input(outer, 0), chains.input(outer, 1), chains.input(ofProduct, 2)),
                elsewhere == null ? IntStream.empty() : IntStream.of(elsewhere)).toArray();
        Set<Integer> members = new HashSet<>(List.of(ofProduct, ofOuter, ofRoot, scaled, power, ofMean, ofSquare, first, second, last));
        chains.add(new Chain(members, inputs, Set.of(dx, dGamma), chains.place(members, inputs), needed ->
                new RmsNormRowsGradient(chains.step(last), inputs, needed.test(dGamma) ? new int[] {dx, dGamma} : new int[] {dx})));
    }

    /** Whether it is a mean of each row, which stays a column. */
    private boolean ofRows(Integer mean) {
        return mean != null && chains.step(mean).operation instanceof BaseReduceOp of && of.isKeepDims() && of.dimensions() != null
                && of.dimensions().length() == 1 && of.dimensions().getInt(0) == 1;
    }
}
