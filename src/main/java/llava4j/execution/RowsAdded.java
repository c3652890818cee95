package llava4j.execution;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * table[id_t] += g_t, row after row: the gradient of looking words up.
 *
 * <p>The same sums in the same order as ND4J's locked {@code scatter_add}, to the last bit; that one takes several times as
 * long.
 */
final class RowsAdded extends Step {

    private final Step general;

    private RowsAdded(Step general) {
        super(general.operation, general.inputs, general.outputs, general.types, true);
        this.general = general;
    }

    /** The step with its short cut, if its result is in float32. */
    static Step of(Step step) {
        return step.types[0] == DataType.FLOAT ? new RowsAdded(step) : step;
    }

    @Override
    void run(Slots slots) {
        INDArray before = slots.get(inputs[0]);                                       // [V, D]
        INDArray ids = slots.get(inputs[1]);                                          // [T]
        INDArray gradients = slots.get(inputs[2]);                                    // [T, D]
        if (before.rank() != 2 || ids.rank() != 1 || !FewNumbers.plain(before) || !FewNumbers.plain(gradients)) {
            general.run(slots);
            return;
        }
        INDArray after = slots.allocate(outputs[0], before.shape());
        FloatBuffer table = after.data().asNioFloat();
        table.put(before.data().asNioFloat().limit((int) before.length()));
        FloatBuffer added = gradients.data().asNioFloat();
        int width = (int) before.size(1);
        float[] row = new float[width];
        float[] more = new float[width];
        for (int t = 0; t < ids.length(); t++) {
            int start = ids.getInt(t) * width;
            table.position(start).get(row);
            added.position(t * width).get(more);
            for (int i = 0; i < width; i++) {
                row[i] += more[i];
            }
            table.position(start).put(row);
        }
    }
}
