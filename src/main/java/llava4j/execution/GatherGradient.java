package llava4j.execution;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.imports.converters.DifferentialFunctionClassHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.shape.Gather;

/**
 * {@code gather} with a gradient that is right in every version of ND4J: x_t = table[id_t] has g_table[id_t] += g_t.
 *
 * <p>ND4J 1.0.0-M1.1 writes that as one scatter-add. M2.1 made a loop of it that sets rows where it should add to them: of the
 * ids 1, 2, 2 with gradients 10, 20, 30 row 2 gets 30 and not 50, at ten milliseconds an id. What one would get wrong: to put
 * this class into a graph. The gradient is made of copies of a graph's operations, and which class a copy has, SameDiff looks
 * up in a table.
 */
public final class GatherGradient extends Gather {

    /** An operation without arguments, as SameDiff makes it before it copies those of another one. */
    public GatherGradient() {
    }

    /** Has SameDiff copy every {@code gather} as one of these from now on, whatever it has copied before. */
    @SuppressWarnings("unchecked")
    static void use() {
        try {
            Field classes = DifferentialFunctionClassHolder.class.getDeclaredField("customOpHashToClass");
            classes.setAccessible(true);
            ((Map<Long, Class<?>>) classes.get(DifferentialFunctionClassHolder.getInstance()))
                    .put(new Gather().opHash(), GatherGradient.class);
        } catch (NoSuchFieldException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the gradient of what is looked up in, and zeros for the ids} */
    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradient) {
        SDVariable ids = arg(1);
        SDVariable zeros = sameDiff.zerosLike(arg(0));
        int axis = (int) iArgs()[0];
        if (axis == 0) {
            return List.of(sameDiff.scatterAdd(zeros, ids, gradient.get(0)), sameDiff.zerosLike(ids));
        }
        SDVariable first = axisFirst(axis);
        SDVariable sum = sameDiff.scatterAdd(zeros.permute(first), ids, gradient.get(0).permute(first));
        return List.of(sum.permute(sameDiff.invertPermutation(first)), sameDiff.zerosLike(ids));
    }

    /** The order of dimensions that brings one to the front: axis, 0, 1, .., without axis. */
    private SDVariable axisFirst(int axis) {
        SDVariable rank = arg(0).rank();
        SDVariable front = axis < 0 ? sameDiff.constant(axis).add(rank) : sameDiff.constant(axis);
        SDVariable all = sameDiff.range(null, sameDiff.constant(0), rank, sameDiff.constant(1), DataType.INT);
        SDVariable others = sameDiff.math().listDiff(all, front.reshape(1))[0];
        return sameDiff.concat(0, front.reshape(1), others);
    }
}
