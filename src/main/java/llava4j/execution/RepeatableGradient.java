package llava4j.execution;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterAdd;

/**
 * A gradient function that gives the same bits for the same input, run after run.
 *
 * <p>The gradient of looking words up adds each token's gradient to its word's row: g[id_t] += g_t. ND4J does that with
 * several threads at once, whatever their number was set to, and a word that occurs twice gets its sum in another order
 * each time. Float addition is not associative, so that two runs drift apart in the last bit, and then further. Locked,
 * the rows are added in the order of the tokens.
 */
public final class RepeatableGradient {

    static {
        GatherGradient.use();
    }

    private RepeatableGradient() {
    }

    /**
     * Builds the gradient function of a graph whose loss is already named.
     *
     * @param graph   its loss is named, its gradient function not yet there
     * @param trained names of the variables that get a gradient
     */
    public static void of(SameDiff graph, List<String> trained) {
        Runnable differentiate = () -> graph.createGradFunction(trained.toArray(String[]::new));
        if (Nd4jVersion.isM11()) {
            FreeNames.whileDifferentiating(graph, differentiate);
        } else {
            silently(differentiate);
        }
        for (SameDiffOp op : graph.getFunction("grad").getOps().values()) {
            if (op.getOp() instanceof ScatterAdd) {
                ((DynamicCustomOp) op.getOp()).addBArgument(true);
            }
        }
    }

    /** M2.1 prints a line for each operation that it differentiates, which would stand in the midst of {@code --json}. */
    private static synchronized void silently(Runnable differentiate) {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        try {
            differentiate.run();
        } finally {
            System.setOut(out);
        }
    }
}
