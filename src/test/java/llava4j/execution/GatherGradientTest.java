package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The gradient of gather")
class GatherGradientTest {

    private static final int[] IDS = {1, 2, 2, 0, 2};

    @ParameterizedTest(name = "along dimension {0}")
    @ValueSource(ints = {0, 1, -1})
    @DisplayName("is the sum of what came back for each id, and 0 for an id that was not asked for")
    void sums(int axis) {
        int dimension = Math.floorMod(axis, 2);
        INDArray back = Nd4j.rand(DataType.FLOAT, dimension == 0 ? new long[] {IDS.length, 4} : new long[] {4, IDS.length});
        SameDiff graph = EmptyGraph.create();
        SDVariable table = graph.var("table", Nd4j.ones(DataType.FLOAT, 4, 4));
        SDVariable chosen = graph.gather(table, graph.constant(Nd4j.createFromArray(IDS)), axis);
        chosen.mul(graph.constant(back)).sum("loss");
        graph.setLossVariables("loss");
        Schedule schedule = Schedule.ofGradients(graph, List.of("loss"), List.of("table"));

        INDArray gradient = schedule.run(Map.of()).get(Schedule.gradientOf(graph, "table"));

        for (int id = 0; id < 4; id++) {
            for (int other = 0; other < 4; other++) {
                float sum = 0;
                for (int t = 0; t < IDS.length; t++) {
                    sum += IDS[t] == id ? dimension == 0 ? back.getFloat(t, other) : back.getFloat(other, t) : 0;
                }
                assertEquals(sum, dimension == 0 ? gradient.getFloat(id, other) : gradient.getFloat(other, id), "row " + id);
            }
        }
    }
}
