package llava4j.spark;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Float32 arrays as one piece of raw bytes, one after another in the order of their names, each row by row: four bytes a parameter
 * on the wire, and no serializer that looks at single numbers.
 */
final class Floats {

    /** Java's arrays end at 2 GiB. */
    static final long MOST = Integer.MAX_VALUE / Float.BYTES - 1024;

    private Floats() {
    }

    /** The bytes of some arrays. */
    static byte[] of(Collection<String> names, Map<String, INDArray> arrays) {
        long length = names.stream().mapToLong(name -> arrays.get(name).length()).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length * Float.BYTES));
        for (String name : names) {
            try (INDArray rows = arrays.get(name).dup('c')) {
                bytes.put(memory(rows));
            }
        }
        return bytes.array();
    }

    /** Writes the bytes into arrays that are there, whatever their order in memory. */
    static void into(byte[] from, Collection<String> names, Map<String, INDArray> arrays) {
        ByteBuffer bytes = ByteBuffer.wrap(from);
        for (String name : names) {
            INDArray array = arrays.get(name);
            try (INDArray rows = Nd4j.createUninitialized(DataType.FLOAT, array.shape(), 'c')) {
                ByteBuffer memory = memory(rows);
                memory.put(bytes.slice().limit(memory.capacity()));
                bytes.position(bytes.position() + memory.capacity());
                array.assign(rows);
            }
        }
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes are left: the models differ");
        }
    }

    private static ByteBuffer memory(INDArray rows) {
        return new BytePointer(rows.data().addressPointer()).position(0).limit(rows.length() * Float.BYTES).asByteBuffer().slice();
    }
}
