package llava4j.execution;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.nd4j.nativeblas.OpaqueDataBuffer;

/**
 * Memory for a few rows of a 16-bit matrix in float32, small enough to stay in the processor's cache.
 *
 * <p>The numbers are widened by ND4J's own conversion, which is compiled to vector instructions: 3 billion numbers a second,
 * as fast as one core reads them. What one would get wrong: a loop in Java, which has no vector instruction from 16 to 32
 * bits before Java 20 and takes two to four times as long; or an array of ND4J for every tile, which costs as much as its
 * conversion. So the native operation is given addresses.
 */
final class WideTile {

    private static final int ASSIGN = new Assign().opNum();

    private final NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    private final DataType type;
    private final OpaqueDataBuffer from;
    private final OpaqueDataBuffer to;
    private FloatPointer numbers;

    /**
     * @param type  of the matrix, {@code BFLOAT16} or {@code HALF}
     * @param count numbers for which there is room at first
     */
    WideTile(DataType type, int count) {
        this.type = type;
        numbers = new FloatPointer(count);
        from = OpaqueDataBuffer.externalizedDataBuffer(count, type, numbers, null);          // is set anew for each run
        to = OpaqueDataBuffer.externalizedDataBuffer(count, DataType.FLOAT, numbers, null);
    }

    /**
     * Widens a run of numbers.
     *
     * @param w     in plain order
     * @param first of the numbers in w
     * @param count how many
     * @return the numbers, until the next call
     */
    FloatPointer widened(INDArray w, long first, int count) {
        if (numbers.capacity() < count) {
            numbers = new FloatPointer(count);
            to.setPrimaryBuffer(numbers, count);
        }
        from.setPrimaryBuffer(new BytePointer(w.data().addressPointer()).position(first * type.width()), count);
        ops.execTransformAny(null, ASSIGN, from, shape(count, type), null, to, shape(count, DataType.FLOAT), null, null);
        return numbers;
    }

    /** ND4J keeps one description of each shape, for ever. */
    private static LongPointer shape(int count, DataType type) {
        return new LongPointer(Nd4j.getShapeInfoProvider().createShapeInformation(new long[] {count}, type).getFirst()
                .addressPointer());
    }
}
