package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.execution.SixteenBits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An open safetensors file, the format in which models are published: named arrays, and nothing that could be run.
 *
 * <p>A tensor is copied out of the file only when it is asked for, a piece at a time and converted on the way, so that a
 * checkpoint in half precision takes its float32 size in memory and no more. What is trained is read so. Weights that only
 * answer may stay in the file ({@link #getAsStored}) at the price of a mapping: a file that another program cuts short ends
 * the virtual machine, and Windows does not let a mapped checkpoint be replaced by the next one.
 */
public final class Safetensors implements AutoCloseable {

    /** Numbers converted at a time. */
    private static final int PIECE = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, SafetensorsHeader.Entry> entries;
    private final Map<String, String> metadata;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private Safetensors(Path file, FileChannel channel, SafetensorsHeader.Content header) {
        this.file = file;
        this.channel = channel;
        this.entries = header.entries();
        this.metadata = header.metadata();
    }

    /**
     * Opens a file and checks its head.
     *
     * @param file stays open until {@link #close}
     * @return the open file; no tensor is read yet
     * @throws UserError naming the file and what is wrong with it
     */
    public static Safetensors open(Path file) {
        // Opening a pipe would wait for ever
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: %s", file, Files.isDirectory(file) ? "is a directory, not a file" : "no such file");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            return new Safetensors(file, channel, SafetensorsHeader.read(file, channel));
        } catch (IOException e) {
            closeQuietly(channel);
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        } catch (UserError e) {
            closeQuietly(channel);
            throw e;
        }
    }

    /**
     * Opens a file that {@link SafetensorsWriter#writeSealed} wrote, and compares all its bytes with its checksum.
     *
     * @param file stays open until {@link #close}
     * @return the open file
     * @throws UserError naming the file and what is wrong with it
     */
    public static Safetensors openSealed(Path file) {
        Safetensors opened = open(file);
        try {
            Seal.check(file, opened.channel);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        } catch (UserError e) {
            opened.close();
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

    /** {@return the texts in the file's head, by name} */
    public Map<String, String> metadata() {
        return Map.copyOf(metadata);
    }

    /** {@return names of the tensors, in the order of the file} */
    public Set<String> names() {
        return entries.keySet();
    }

    /**
     * {@return shape of a tensor; empty for a single number}
     *
     * @param name one of {@link #names}
     * @throws UserError if there is no such tensor
     */
    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    /**
     * {@return type of a tensor as the file writes it, such as {@code BF16}}
     *
     * @param name one of {@link #names}
     * @throws UserError if there is no such tensor
     */
    public String type(String name) {
        return entry(name).type().name();
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = entries.get(name);
        if (entry == null) {
            throw UserError.of("%s: it holds no tensor %s", file, name);
        }
        return entry;
    }

    /**
     * Copies a tensor out of the file. F32, F16 and BF16 become float; F64, I64, I32 and U8 stay what they are; BOOL
     * becomes 0 and 1.
     *
     * @param name one of {@link #names}
     * @return an array of its own, in the order of the file's bytes (row by row)
     * @throws UserError if there is no such tensor, or it holds a number that is not finite
     */
    public INDArray get(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        try {
            if (entry.count() == 0) {
                return Nd4j.create(entry.type().inMemory, entry.shape());
            }
            // Filled, not reshaped: a reshaped array is a view, SameDiff copies views, and a graph would not share it
            INDArray array = Nd4j.createUninitialized(entry.type().inMemory, entry.shape());
            INDArray flat = array.reshape(array.length());
            for (long done = 0; done < entry.count(); done += PIECE) {
                int count = (int) Math.min(PIECE, entry.count() - done);
                // Closed at once: what lies outside the Java heap would otherwise wait for a garbage collection
                try (INDArray piece = piece(entry, done, count)) {
                    flat.get(NDArrayIndex.interval(done, done + count)).assign(piece);
                }
            }
            return array;
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * A tensor that is not copied: an array over the file's own bytes, read-only, which outlives {@link #close}. What is not
     * kept in 16 bits, or too small to matter, is copied as {@link #get} does.
     *
     * @param name one of {@link #names}
     * @return {@code BFLOAT16} or {@code HALF} as the file has it, else as {@link #get}
     * @throws UserError if there is no such tensor, or it holds a number that is not finite
     */
    public INDArray getAsStored(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        try {
            return MappedTensor.possible(entry) ? MappedTensor.of(file, channel, entry) : get(name);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be mapped: " + e.getMessage(), e);
        }
    }

    private INDArray piece(SafetensorsHeader.Entry entry, long from, int count) throws IOException {
        ByteBuffer bytes = bytes(entry, from, count);
        switch (entry.type()) {
            case F32, F16, BF16 -> {
                return Nd4j.createFromArray(finite(entry, floats(entry.type(), bytes, new float[count])));
            }
            case F64 -> {
                double[] values = new double[count];
                bytes.asDoubleBuffer().get(values);
                return Nd4j.createFromArray(values);
            }
            case I64 -> {
                long[] values = new long[count];
                bytes.asLongBuffer().get(values);
                return Nd4j.createFromArray(values);
            }
            case I32 -> {
                int[] values = new int[count];
                bytes.asIntBuffer().get(values);
                return Nd4j.createFromArray(values);
            }
            default -> {
                int[] values = new int[count];
                for (int i = 0; i < count; i++) {
                    values[i] = Byte.toUnsignedInt(bytes.get());
                }
                return Nd4j.createFromArray(values).castTo(DataType.UBYTE);
            }
        }
    }

    /** The bytes of some numbers, in a buffer that the next call uses again. */
    private ByteBuffer bytes(SafetensorsHeader.Entry entry, long from, int count) throws IOException {
        int width = entry.type().bytes;
        if (buffer.capacity() < count * width) {
            buffer = ByteBuffer.allocateDirect(count * width).order(ByteOrder.LITTLE_ENDIAN);
        }
        buffer.clear().limit(count * width);
        SafetensorsHeader.readFully(file, channel, entry.begin() + from * width, buffer);
        return buffer.flip();
    }

    private static float[] floats(TensorType type, ByteBuffer bytes, float[] values) {
        if (type == TensorType.F32) {
            bytes.asFloatBuffer().get(values);
            return values;
        }
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = 0; i < values.length; i++) {
            values[i] = type == TensorType.F16 ? SixteenBits.ofFloat16(halves.get()) : SixteenBits.ofBfloat16(halves.get());
        }
        return values;
    }

    private float[] finite(SafetensorsHeader.Entry entry, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw UserError.of("%s: tensor %s holds %s: the checkpoint is damaged", file, entry.name(), value);
            }
        }
        return values;
    }

    /**
     * {@return all tensors by name, copied out of the file as {@link #get} does}
     *
     * @throws UserError if a tensor holds a number that is not finite
     */
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
