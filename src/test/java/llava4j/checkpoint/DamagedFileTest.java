package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import llava4j.Fixtures;
import llava4j.error.UserError;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Whatever happens to a file's bytes, reading it ends in arrays or in one clear line. */
class DamagedFileTest {

    /** One byte that is changed, counted from the start. */
    private record Change(int place, byte value) {
    }

    private byte[] good;
    private Path file;

    @BeforeProperty
    void prepare() throws IOException {
        good = Files.readAllBytes(Fixtures.path("dtypes.safetensors"));
        file = Files.createTempFile("damaged", ".safetensors");
    }

    @AfterProperty
    void clean() throws IOException {
        Files.deleteIfExists(file);
    }

    @Property(tries = 1000)
    void changedBytesAreReadOrRefused(@ForAll("changes") List<Change> changes) throws IOException {
        byte[] bytes = good.clone();
        changes.forEach(change -> bytes[change.place() % bytes.length] = change.value());
        readOrRefuse(bytes);
    }

    @Property(tries = 100)
    void cutFilesAreRefused(@ForAll("lengths") int length) throws IOException {
        assertFalse(readOrRefuse(Arrays.copyOf(good, length % good.length)), "read a file that was cut short");
    }

    @Property(tries = 1000)
    void headersOfAnyTextAreReadOrRefused(@ForAll("headers") String header) throws IOException {
        SafetensorsBytes.write(file, header, 24);
        readOrRefuse(Files.readAllBytes(file));
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(Arbitraries.integers().between(0, 2000), Arbitraries.bytes()).as(Change::new)
                .list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.integers().between(0, 100_000);
    }

    /** Pieces that a header is made of, in any order. */
    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.of("{", "}", "[", "]", ":", ",", "\"a\"", "\"dtype\"", "\"F32\"", "\"shape\"", "\"data_offsets\"",
                "0", "24", "-1", "1.5", "1e400", "18446744073709551616", "null", "true", "{}", "[]", "[0,24]", "[6]",
                "\"a\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]}", "\\", "\u0000", "é", "\"__metadata__\":")
                .list().ofMaxSize(12).map(pieces -> "{" + String.join("", pieces));
    }

    /** Whether the bytes were read. */
    private boolean readOrRefuse(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.all();
            return true;
        } catch (UserError e) {
            assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
            assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
            return false;
        }
    }
}
