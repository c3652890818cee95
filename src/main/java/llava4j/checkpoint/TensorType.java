package llava4j.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The number formats of a safetensors file that are read, and what each becomes in memory.
 */
enum TensorType {
    F64(8, DataType.DOUBLE), F32(4, DataType.FLOAT), F16(2, DataType.FLOAT), BF16(2, DataType.FLOAT),
    I64(8, DataType.LONG), I32(4, DataType.INT), U8(1, DataType.UBYTE), BOOL(1, DataType.UBYTE);

    final int bytes;
    final DataType inMemory;

    TensorType(int bytes, DataType inMemory) {
        this.bytes = bytes;
        this.inMemory = inMemory;
    }

    static Optional<TensorType> of(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** The type in which an array can show the file's own bytes, without converting them. */
    Optional<DataType> asStored() {
        return this == F16 ? Optional.of(DataType.HALF) : this == BF16 ? Optional.of(DataType.BFLOAT16) : Optional.empty();
    }

    /** Whether weights are read from it: a type whose numbers a float32 holds. */
    boolean holdsWeights() {
        return inMemory == DataType.FLOAT;
    }

    /** The format in which an array of this type is written. */
    static TensorType of(DataType type) {
        return switch (type) {
            case DOUBLE -> F64;
            case FLOAT -> F32;
            case HALF -> F16;
            case BFLOAT16 -> BF16;
            case LONG -> I64;
            case INT -> I32;
            case UBYTE -> U8;
            default -> throw new IllegalArgumentException("cannot write " + type);
        };
    }
}
