package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("Names of a graph's operations")
class FreeNamesTest {

    @Test
    @DisplayName("are those that SameDiff finds by itself, in the graph and in its gradient")
    void same() {
        SameDiff slow = SameDiff.create();
        layers(slow);
        slow.createGradFunction("layer.0.weight", "layer.1.weight");
        SameDiff fast = EmptyGraph.create();
        layers(fast);
        RepeatableGradient.of(fast, List.of("layer.0.weight", "layer.1.weight"));
        assertEquals(names(slow), names(fast));
        assertEquals(names(slow.getFunction("grad")), names(fast.getFunction("grad")));
        assertEquals(slow.inputs(), fast.inputs());
    }

    private static List<String> names(SameDiff graph) {
        List<String> names = new ArrayList<>(graph.getOps().keySet());
        graph.variables().forEach(variable -> names.add(variable.name()));
        return names;
    }

    /** Operations of one kind, unnamed constants, a named result, several readers of one result. */
    private static void layers(SameDiff graph) {
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3);
        for (int layer = 0; layer < 2; layer++) {
            SDVariable w = graph.var("layer." + layer + ".weight", Nd4j.ones(DataType.FLOAT, 3, 3));
            SDVariable unnamed = graph.constant(Nd4j.ones(DataType.FLOAT, 1, 3));
            SDVariable y = graph.mmul(x, w).add(unnamed).add(x);
            x = graph.nn().relu(y, 0).mul(y).castTo("layer." + layer + ".out", DataType.FLOAT);
        }
        graph.setLossVariables(x.sum("loss").name());
    }
}
