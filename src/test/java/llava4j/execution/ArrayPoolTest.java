package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

class ArrayPoolTest {

    private final ArrayPool pool = new ArrayPool();

    @Test
    void theMemoryOfManyLengthsIsThatOfTheLongest() {
        for (int length : new int[] {100, 160, 120, 250, 90, 250, 140}) {
            run(length);
        }
        pool.reset();
        ArrayPool longest = new ArrayPool();
        longest.take(rows(250));
        longest.take(rows(250));
        assertEquals(longest.bytes(), pool.bytes());
    }

    @Test
    void aShortBatchRunsInTheMemoryOfALongOne() {
        run(250);
        long bytes = pool.bytes();
        run(100);
        assertEquals(bytes, pool.bytes());
    }

    @Test
    void equalRequestsInAnEqualOrderGetTheSameArrays() {
        INDArray first = run(100);
        assertSame(first, run(100));
    }

    @Test
    void aShortBatchThatNeedsSmallPiecesLeavesThoseOfTheLongOne() {
        INDArray first = run(250);
        run(10);
        assertSame(first, run(250));
    }

    /** Two results, both needed at once. */
    private INDArray run(int length) {
        pool.reset();
        ArrayPool.Piece one = pool.take(rows(length));
        ArrayPool.Piece other = pool.take(rows(length));
        INDArray array = one.as(rows(length));
        pool.giveBack(one);
        pool.giveBack(other);
        return array;
    }

    private static LongShapeDescriptor rows(int length) {
        return LongShapeDescriptor.fromShape(new long[] {length, 64}, DataType.FLOAT);
    }
}
