package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An open safetensors file, the format in which models are published: named arrays, and nothing that could be run.
 *
 * <p>The file is mapped, not read: a tensor is copied out of it only when it is asked for, converted on the way, so that
 * a checkpoint in half precision needs no second copy of itself in memory.
 */
public final class Safetensors implements AutoCloseable {

    /** Numbers converted at a time. */
    private static final int CHUNK = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, SafetensorsHeader.Entry> entries;

    private Safetensors(Path file, FileChannel channel, Map<String, SafetensorsHeader.Entry> entries) {
        this.file = file;
        this.channel = channel;
        this.entries = entries;
    }

    /**
     * Opens a file and checks its head.
     *
     * @throws UserError naming the file and what is wrong with it
     */
    public static Safetensors open(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            return new Safetensors(file, channel, SafetensorsHeader.read(file, channel));
        } catch (NoSuchFileException e) {
            throw UserError.of("%s: no such file", file);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        } catch (UserError e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The error that is being reported is the one that matters.
        }
    }

    /** Names of the tensors, in the order of the file. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** Shape of a tensor. */
    public long[] shape(String name) {
        return entries.get(name).shape().clone();
    }

    /** Type of a tensor as the file writes it, such as {@code BF16}. */
    public String type(String name) {
        return entries.get(name).type().name();
    }

    /**
     * Copies a tensor out of the file. F32, F16 and BF16 become float; F64, I64, I32, U8 stay what they are.
     *
     * @throws UserError if it holds a number that is not finite
     */
    public INDArray get(String name) {
        SafetensorsHeader.Entry entry = entries.get(name);
        try {
            if (entry.count() <= CHUNK) {
                // A reshaped array is a view, and SameDiff copies views: a graph would then not share this array.
                return chunk(entry, 0, (int) entry.count()).reshape(entry.shape()).dup('c');
            }
            INDArray array = Nd4j.createUninitialized(entry.type().inMemory, entry.shape());
            INDArray flat = array.reshape(array.length());
            for (long done = 0; done < entry.count(); done += CHUNK) {
                int count = (int) Math.min(CHUNK, entry.count() - done);
                flat.get(NDArrayIndex.interval(done, done + count)).assign(chunk(entry, done, count));
            }
            return array;
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private INDArray chunk(SafetensorsHeader.Entry entry, long from, int count) throws IOException {
        int width = entry.type().bytes;
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, entry.begin() + from * width,
                (long) count * width).order(ByteOrder.LITTLE_ENDIAN);
        return switch (entry.type()) {
            case F32, F16, BF16 -> Nd4j.createFromArray(floats(entry, bytes, count));
            case F64 -> Nd4j.createFromArray(fill(new double[count], array -> bytes.asDoubleBuffer().get(array)));
            case I64 -> Nd4j.createFromArray(fill(new long[count], array -> bytes.asLongBuffer().get(array)));
            case I32 -> Nd4j.createFromArray(fill(new int[count], array -> bytes.asIntBuffer().get(array)));
            case U8, BOOL -> Nd4j.createFromArray(unsigned(bytes, count)).castTo(DataType.UBYTE);
        };
    }

    private static <T> T fill(T array, java.util.function.Consumer<T> reader) {
        reader.accept(array);
        return array;
    }

    private static int[] unsigned(ByteBuffer bytes, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = Byte.toUnsignedInt(bytes.get());
        }
        return values;
    }

    private float[] floats(SafetensorsHeader.Entry entry, ByteBuffer bytes, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (entry.type()) {
                case F16 -> HalfPrecision.toFloat(bytes.getShort());
                // bfloat16 is the upper half of a float32
                case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                default -> bytes.getFloat();
            };
            if (!Float.isFinite(values[i])) {
                throw UserError.of("%s: tensor %s holds %s: the checkpoint is damaged", file, entry.name(), values[i]);
            }
        }
        return values;
    }

    /** All tensors, copied out of the file. */
    public Map<String, INDArray> all() {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        names().forEach(name -> arrays.put(name, get(name)));
        return arrays;
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
