package llava4j.execution;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llava4j.execution.Chains.Chain;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds rotations by position among the {@link Chains}: x ∘ C + (x R) ∘ S with R the half turn, and their gradients. */
final class RotaryChains {

    private final Chains chains;

    RotaryChains(Chains chains) {
        this.chains = chains;
    }

    /** y = add(multiply(x, C), multiply(reshape(matmul(reshape(x), R)), S)); and its gradient, if it has one. */
    void rotation(int y) {
        Integer straight = chains.made("multiply", chains.input(y, 0));
        Integer across = chains.made("multiply", chains.input(y, 1));
        Integer inHeads = chains.made("reshape", chains.input(across, 0));
        Integer turn = chains.made("matmul", chains.input(inHeads, 0));
        Integer inRows = chains.made("reshape", chains.input(turn, 0));
        Integer x = chains.input(inRows, 0);
        if (!chains.is("add", y) || x == null || !x.equals(chains.input(straight, 0))) {
            return;
        }
        int size = halfTurn(chains.constant(chains.input(turn, 1)));
        if (size == 0 || chains.step(turn).transposes()[1] != 0) {
            return;
        }
        int[] inputs = {x, chains.input(straight, 1), chains.input(across, 1)};
        chains.add(new Chain(Set.of(y, straight, across, inHeads, turn, inRows), inputs, Set.of(chains.output(y, 0)), y,
                needed -> new Rotated(chains.step(y), inputs, size, false)));
        chains.read(x).forEach(reader -> gradient(reader, inputs, across, inRows, turn, size));
    }

    /** dx = add(through the cosines, through the sines and the turn). */
    private void gradient(int ofStraight, int[] forward, int across, int inRows, int turn, int size) {
        // Not from the forward pass's sum: where a layer is computed twice, its gradient asks the first pass for its shapes
        Integer ofSum = chains.made("add_bp", chains.input(ofStraight, 2));
        Integer ofAcross = chains.reader("multiply_bp", chains.output(ofSum, 1));
        Integer toRows = chains.reader("reshape", chains.output(ofAcross, 0));
        Integer ofTurn = chains.reader("matmul_bp", chains.output(toRows, 0));
        Integer toHeads = chains.reader("reshape", chains.output(ofTurn, 0));
        Integer last = chains.reader("add", chains.output(toHeads, 0));
        Integer shapeOfRows = chains.made("shape_of", chains.input(toRows, 1));
        Integer shapeOfHeads = chains.made("shape_of", chains.input(toHeads, 1));
        if (!chains.is("multiply_bp", ofStraight) || !chains.reads(ofStraight, forward[0], forward[1]) || shapeOfRows == null
                || !chains.reads(last, chains.output(ofStraight, 0), chains.output(toHeads, 0)) || ofSum == null
                || !chains.reads(ofAcross, chains.input(across, 0), forward[2])
                || !chains.reads(ofTurn, chains.output(inRows, 0), chains.input(turn, 1)) || shapeOfHeads == null
                || chains.read(chains.output(ofSum, 0)).size() != 1) {
            return;
        }
        int[] inputs = {chains.input(ofSum, 2), forward[1], forward[2]};
        Set<Integer> members = new HashSet<>(List.of(ofSum, ofStraight, ofAcross, toRows, ofTurn, toHeads, last, shapeOfRows,
                shapeOfHeads));
        chains.add(new Chain(members, inputs, Set.of(chains.output(last, 0)), chains.place(members, inputs),
                needed -> new Rotated(chains.step(last), inputs, size, true)));
    }

    /** The width of a half turn; 0 for another matrix. */
    private static int halfTurn(INDArray matrix) {
        if (matrix == null || matrix.rank() != 2 || matrix.size(0) != matrix.size(1) || matrix.size(0) % 2 != 0) {
            return 0;
        }
        int size = (int) matrix.size(0);
        float[] numbers = matrix.dup('c').data().asFloat();
        for (int i = 0; i < numbers.length; i++) {
            int row = i / size;
            int column = i % size;
            float expected = column == row + size / 2 ? 1 : row == column + size / 2 ? -1 : 0;
            if (numbers[i] != expected) {
                return 0;
            }
        }
        return size;
    }
}
