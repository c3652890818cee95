package llava4j.execution;

import llava4j.graph.Scope;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A weight that several graphs use lies in memory once. */
class EmptyGraphTest {

    private static final int SIDE = 5000;
    private static final long BYTES = (long) SIDE * SIDE * Float.BYTES;

    /** Measured by the resident memory of the process: ND4J's own counts leave such copies out. */
    @Test
    void aGraphTakesNoMemoryForItsWeightsBeyondTheArraysItIsGiven() {
        schedule(weights(2)).run(Map.of("x", Nd4j.ones(DataType.FLOAT, 1, 2)));      // whatever loads once is loaded
        Map<String, INDArray> weights = weights(SIDE);
        long before = resident();
        Schedule schedule = schedule(weights);
        long built = resident() - before;
        assertTrue(built < BYTES / 2, "two weights of " + BYTES + " bytes, and the graph took " + built);
        schedule.run(Map.of("x", Nd4j.ones(DataType.FLOAT, 1, SIDE)));
        long run = resident() - before;
        assertTrue(run < BYTES * 3 / 2, "one gradient of " + BYTES + " bytes, and the run took " + run);
    }

    @Test
    void theGraphHoldsTheVeryArrayThatIsTrained() {
        Map<String, INDArray> weights = weights(2);
        SameDiff graph = EmptyGraph.create();
        assertSame(weights.get("trained"), Scope.root(graph, weights, name -> true).weight("trained").getArr());
    }

    private static long resident() {
        NativeMemory.release();      // a gradient function is made by way of arrays that are dropped again
        return Pointer.physicalBytes();
    }

    private static Map<String, INDArray> weights(int side) {
        return Map.of("frozen", Nd4j.ones(DataType.FLOAT, side, side), "trained", Nd4j.ones(DataType.FLOAT, side, side));
    }

    private static Schedule schedule(Map<String, INDArray> weights) {
        SameDiff graph = EmptyGraph.create();
        Scope scope = Scope.root(graph, weights, name -> name.equals("trained"));
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, 1, weights.get("frozen").rows());
        graph.mmul(x.add(graph.mmul(x, scope.weight("frozen"))), scope.weight("trained")).sum().rename("loss");
        graph.setLossVariables("loss");
        return Schedule.ofGradients(graph, List.of("loss"), List.of("trained"));
    }
}
