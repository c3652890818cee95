package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import llava4j.Fixtures;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A safetensors file")
class SafetensorsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"f32", "f16", "bf16"})
    @DisplayName("gives every float type as float32, bit for bit as PyTorch does")
    void floatsAreThoseOfTheReference(String name) {
        try (Safetensors tensors = Safetensors.open(Fixtures.path("dtypes.safetensors"))) {
            int[] bits = new int[(int) tensors.shape(name)[0]];
            float[] values = tensors.get(name).toFloatVector();
            Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
            assertArrayEquals(Fixtures.ints(Fixtures.json("dtypes.json").get(name)), bits);
        }
    }

    @Test
    @DisplayName("gives whole numbers, doubles, scalars and empty tensors as they are")
    void otherTypesStayWhatTheyAre() {
        try (Safetensors tensors = Safetensors.open(Fixtures.path("dtypes.safetensors"))) {
            assertArrayEquals(new double[][] {{1, -2.5e300, 3e-300}}, tensors.get("f64").toDoubleMatrix());
            assertArrayEquals(new long[][] {{Long.MIN_VALUE}, {Long.MAX_VALUE}}, tensors.get("i64").toLongMatrix());
            assertArrayEquals(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}, tensors.get("i32").toIntVector());
            assertArrayEquals(new int[] {0, 127, 128, 255}, tensors.get("u8").toIntVector());
            assertArrayEquals(new int[] {1, 0}, tensors.get("bool").toIntVector());
            assertEquals(0, tensors.get("scalar").rank());
            assertEquals(2.5, tensors.get("scalar").getDouble(0));
            assertArrayEquals(new long[] {0, 3}, tensors.get("empty").shape());
        }
    }

    @Test
    @DisplayName("comes back as it was written, whatever the type, the layout in memory and the size")
    void writtenArraysComeBack() {
        INDArray large = Nd4j.arange(0, 2_200_000).castTo(DataType.FLOAT).reshape(1100, 2000);
        Map<String, INDArray> arrays = new TreeMap<>(Map.of(
                "large", large, "column major", large.dup('f'), "transposed", large.transpose(),
                "doubles", Nd4j.create(new double[] {1, 1e-300}, new long[] {2, 1}, DataType.DOUBLE),
                "longs", Nd4j.createFromArray(Long.MIN_VALUE, 5L), "ints", Nd4j.createFromArray(new int[][] {{1}, {-2}}),
                "bytes", Nd4j.createFromArray(0, 200, 255).castTo(DataType.UBYTE), "scalar", Nd4j.scalar(-0.5f)));
        Path file = folder.resolve("all.safetensors");
        SafetensorsWriter.write(file, arrays);
        try (Safetensors tensors = Safetensors.open(file)) {
            assertEquals(arrays.keySet(), tensors.names());
            arrays.forEach((name, array) -> {
                INDArray back = tensors.get(name);
                assertArrayEquals(array.shape(), back.shape(), name);
                assertEquals(array.dataType(), back.dataType(), name);
                assertTrue(array.equalsWithEps(back, 0) || array.sub(back).amaxNumber().doubleValue() == 0, name);
            });
        }
    }

    @Test
    @DisplayName("has the same bytes each time, names sorted, numbers at a multiple of 8")
    void bytesAreDeterministic() throws IOException {
        Map<String, INDArray> arrays = Map.of("b", Nd4j.scalar(1f), "a", Nd4j.scalar(2f), "c", Nd4j.scalar(3f));
        Path file = folder.resolve("abc.safetensors");
        SafetensorsWriter.write(file, arrays);
        byte[] first = Files.readAllBytes(file);
        SafetensorsWriter.write(file, new TreeMap<>(arrays));
        assertArrayEquals(first, Files.readAllBytes(file));
        ByteBuffer bytes = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(bytes.getLong());
        assertEquals(0, header % 8);
        assertTrue(new String(first, 8, header, StandardCharsets.UTF_8).startsWith("{\"__metadata__\":{\"format\":\"pt\"},\"a\":"));
        assertEquals(List.of(2f, 1f, 3f), List.of(bytes.getFloat(8 + header), bytes.getFloat(12 + header),
                bytes.getFloat(16 + header)));
    }

    @Test
    @DisplayName("may be larger than two gigabytes")
    void tensorsBeyondTwoGigabytesAreRead() throws IOException {
        long before = 3_000_000_000L;
        String header = "{\"first\":{\"dtype\":\"U8\",\"shape\":[" + before + "],\"data_offsets\":[0," + before + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + before + "," + (before + 8) + "]}}";
        Path file = folder.resolve("large.safetensors");
        // Sparse: the hole in the middle takes no room on the disk
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            channel.write(SafetensorsBytes.head(header));
            channel.position(channel.position() + before);
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-2).flip());
        }
        try (Safetensors tensors = Safetensors.open(file)) {
            assertArrayEquals(new float[] {1.5f, -2}, tensors.get("last").toFloatVector());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    @DisplayName("with a number that is none is refused, and the tensor named")
    void numbersThatAreNotFiniteAreRefused(float bad) {
        Path file = folder.resolve("nan.safetensors");
        SafetensorsWriter.write(file, Map.of("good", Nd4j.ones(DataType.FLOAT, 3), "spoilt.weight", Nd4j.scalar(bad)));
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.get("good");
            UserError error = assertThrows(UserError.class, () -> tensors.get("spoilt.weight"));
            assertTrue(error.getMessage().contains("nan.safetensors: tensor spoilt.weight holds "), error.getMessage());
        }
    }

    @Test
    @DisplayName("gives arrays of their own: a graph that is given a view would work on a copy")
    void arraysAreNoViews() {
        Fixtures.reference("clip").forEach((name, array) -> assertFalse(array.isView(), name));
    }

    @Test
    @DisplayName("that cannot be finished is not begun: the old one stays, and nothing lies beside it")
    void nothingIsHalfWritten() throws IOException {
        Path file = folder.resolve("kept");
        WholeFile.write(file, "old");
        assertThrows(UserError.class, () -> WholeFile.write(file, temporary -> {
            Files.writeString(temporary, "half of the n");
            throw new IOException("disk full");
        }));
        assertEquals("old", Files.readString(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Set.of(file), Set.copyOf(files.toList()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
