package llava4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import llava4j.error.UserError;
import llava4j.execution.SixteenBits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The tensors of a {@code .bin} file that {@code torch.save} wrote: a zip of {@code data.pkl}, which says what tensors there
 * are, and {@code data/0}, {@code data/1} …, their numbers.
 *
 * <p>{@code data.pkl} is a program for a stack machine that can call any function there is. It is not run here, it is read:
 * {@link PickledTensors} knows the few instructions that a plain dictionary of float tensors needs and refuses everything
 * else. Older adapters are stored so; new ones are safetensors.
 */
public final class TorchFile {

    private static final int LARGEST_PROGRAM = 50_000_000;

    private final Path file;
    private final ZipFile zip;
    private final String folder;

    private TorchFile(Path file, ZipFile zip, String folder) {
        this.file = file;
        this.zip = zip;
        this.folder = folder;
    }

    /**
     * Reads all tensors, in float32.
     *
     * @param file a dictionary of float32, float16 or bfloat16 tensors, as {@code torch.save} writes it
     * @return arrays by name, in the file's order
     * @throws UserError if it is anything else; the message says how to convert it
     */
    public static Map<String, INDArray> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file", file);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry program = zip.stream().filter(entry -> entry.getName().matches("[^/]+/data\\.pkl")).findFirst()
                    .orElseThrow(() -> refused(file, "it has no data.pkl in it"));
            String folder = program.getName().substring(0, program.getName().indexOf('/') + 1);
            return new TorchFile(file, zip, folder).tensors(program);
        } catch (ZipException e) {
            throw refused(file, "it is no zip file, as torch.save has written since PyTorch 1.6");
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static UserError refused(Path file, String reason) {
        String name = file.getFileName().toString();
        return UserError.of("%s: %s; only a dictionary of float tensors is read: convert it with python -c \"import torch; from "
                + "safetensors.torch import save_file; save_file(torch.load('%s', weights_only=True), '%s.safetensors')\"",
                file, reason, name, name.replaceFirst("\\.bin$", ""));
    }

    private Map<String, INDArray> tensors(ZipEntry program) throws IOException {
        ZipEntry order = zip.getEntry(folder + "byteorder");
        if (order != null && !new String(bytes(order, 16), StandardCharsets.US_ASCII).strip().equals("little")) {
            throw refused(file, "its numbers have their bytes in another order");
        }
        Map<String, PickledTensors.Tensor> listed;
        try {
            listed = PickledTensors.of(bytes(program, LARGEST_PROGRAM));
        } catch (PickledTensors.NotPlain e) {
            throw refused(file, e.getMessage());
        }
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (Map.Entry<String, PickledTensors.Tensor> entry : listed.entrySet()) {
            arrays.put(entry.getKey(), array(entry.getKey(), entry.getValue()));
        }
        return arrays;
    }

    private INDArray array(String name, PickledTensors.Tensor tensor) throws IOException {
        ZipEntry entry = zip.getEntry(folder + "data/" + tensor.storage());
        long count = tensor.count();
        int width = tensor.type() == TensorType.F32 ? 4 : 2;
        if (entry == null || count < 0 || count > Integer.MAX_VALUE / 4 || tensor.offset() < 0
                || (tensor.offset() + count) * width > entry.getSize()) {
            throw refused(file, "tensor " + name + " is not whole");
        }
        ByteBuffer bytes = ByteBuffer.wrap(bytes(entry, Integer.MAX_VALUE - 8)).order(ByteOrder.LITTLE_ENDIAN)
                .position((int) tensor.offset() * width);
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case F16 -> SixteenBits.ofFloat16(bytes.getShort());
                case BF16 -> SixteenBits.ofBfloat16(bytes.getShort());
                default -> bytes.getFloat();
            };
            if (!Float.isFinite(values[i])) {
                throw UserError.of("%s: tensor %s holds %s: the checkpoint is damaged", file, name, values[i]);
            }
        }
        List<Long> shape = tensor.shape();
        return Nd4j.create(values, shape.stream().mapToLong(Long::longValue).toArray(), DataType.FLOAT);
    }

    /** An entry that is stored as it is: what is compressed could be far larger than the file. */
    private byte[] bytes(ZipEntry entry, int largest) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > largest) {
            throw refused(file, entry.getName() + " in it is compressed or too large");
        }
        return zip.getInputStream(entry).readNBytes((int) entry.getSize());
    }
}
