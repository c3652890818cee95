package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import llava4j.Fixtures;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A .bin file of torch.save")
class TorchFileTest {

    private static final Path GOOD = Fixtures.path("lora/llava/non_lora_trainables.bin");

    @TempDir
    private Path folder;

    private static Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(GOOD.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve("changed.bin");
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(one.getKey());
                CRC32 sum = new CRC32();
                sum.update(one.getValue());
                entry.setSize(one.getValue().length);
                entry.setCrc(sum.getValue());
                zip.putNextEntry(entry);
                zip.write(one.getValue());
            }
        }
        return file;
    }

    private static void assertRefused(Path file, String reason) {
        UserError error = assertThrows(UserError.class, () -> TorchFile.read(file));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
        assertTrue(error.getMessage().contains("convert it with python"), error.getMessage());
    }

    private Path withProgram(byte[] program) throws IOException {
        Map<String, byte[]> entries = entries();
        entries.replace("non_lora_trainables/data.pkl", program);
        return zip(entries);
    }

    @Test
    @DisplayName("gives its tensors, also when it was packed anew")
    void unchanged() throws IOException {
        assertEquals(TorchFile.read(GOOD), TorchFile.read(zip(entries())));
        assertEquals(4, TorchFile.read(GOOD).size());
    }

    @Test
    @DisplayName("that calls another function is refused, and the function is not called")
    void anotherFunction() throws IOException {
        ByteArrayOutputStream program = new ByteArrayOutputStream();
        program.writeBytes(new byte[] {(byte) 0x80, 2});
        program.writeBytes("cos\nsystem\n(X".getBytes(StandardCharsets.US_ASCII));
        String command = "touch " + folder.resolve("was-run");
        program.writeBytes(new byte[] {(byte) command.length(), 0, 0, 0});
        program.writeBytes((command + "tR.").getBytes(StandardCharsets.UTF_8));
        assertRefused(withProgram(program.toByteArray()), "it calls os system");
        assertTrue(Files.notExists(folder.resolve("was-run")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 40, 120, 300})
    @DisplayName("whose program ends too early is refused")
    void cutShort(int length) throws IOException {
        assertRefused(withProgram(java.util.Arrays.copyOf(entries().get("non_lora_trainables/data.pkl"), length)), "damaged");
    }

    @Test
    @DisplayName("with numbers missing is refused, and so is a file that is no zip")
    void notWhole() throws IOException {
        Map<String, byte[]> entries = entries();
        entries.replace("non_lora_trainables/data/1", new byte[8]);
        assertRefused(zip(entries), "is not whole");
        assertRefused(Files.write(folder.resolve("old.bin"), new byte[100]), "no zip file");
    }
}
