package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file that is written whole or not at all")
class WholeFileTest {

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    private static String part(ProcessHandle process, long later) {
        return ".model.safetensors." + process.pid() + "-"
                + (process.info().startInstant().orElseThrow().toEpochMilli() + later) + ".part";
    }

    @Test
    @DisplayName("takes away what a killed process left there, and leaves what a living one writes")
    void leftovers() throws IOException {
        // Of a process that has ended, of one whose number was given to another, of one that is still there, and of another machine's
        ProcessHandle living = ProcessHandle.current().parent().orElseThrow();
        Files.writeString(folder.resolve(".model.safetensors.999999999-1.part"), "half");
        Files.writeString(folder.resolve(part(living, -5000)), "half");
        Files.writeString(folder.resolve(part(living, 0)), "half");
        Files.writeString(folder.resolve(".model.safetensors.999999999-1@elsewhere.part"), "half");
        Files.writeString(folder.resolve(".mine.part"), "not ours");
        WholeFile.write(folder.resolve("config.json"), "{}");
        List<String> left = Stream.of(part(living, 0), ".model.safetensors.999999999-1@elsewhere.part", ".mine.part",
                "config.json").sorted().toList();
        assertEquals(left, names());

        Files.writeString(folder.resolve(".model.safetensors.999999999-2.part"), "half");
        WholeFile.write(folder.resolve("config.json"), "{}");
        assertEquals(left.size() + 1, names().size(), "a process looks once by itself");
        WholeFile.removeLeftovers(folder);
        assertEquals(left, names());
    }

    @Test
    @DisplayName("leaves the old content where the new one fails, and no temporary file")
    void failure() throws IOException {
        Path file = folder.resolve("metrics.json");
        WholeFile.write(file, "old");
        UserError error = assertThrows(UserError.class, () -> WholeFile.write(file, temporary -> {
            Files.writeString(temporary, "half");
            throw new IOException("No space left on device");
        }));
        assertTrue(error.getMessage().contains("No space left on device"), error.getMessage());
        UserError wrapped = assertThrows(UserError.class, () -> WholeFile.write(file, temporary -> {
            throw new IOException("I/O error writing PNG file!", new IOException("No space left on device"));
        }));
        assertTrue(wrapped.getMessage().contains("(No space left on device)"), wrapped.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("metrics.json"), names());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    @DisplayName("has the permissions that any new file has")
    void permissions() throws IOException {
        Path usual = Files.createFile(folder.resolve("usual"));
        Path whole = folder.resolve("whole");
        WholeFile.write(whole, "text");
        assertEquals(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual)),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(whole)));
    }

    @Test
    @DisplayName("says so where its name is too long")
    void longName() {
        UserError error = assertThrows(UserError.class, () -> WholeFile.write(folder.resolve("x".repeat(300)), "text"));
        assertTrue(error.getMessage().contains("too long"), error.getMessage());
    }
}
