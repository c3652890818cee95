package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import llava4j.error.UserError;
import llava4j.json.Fields;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A malformed safetensors file is refused in one line that says what is wrong:")
class MalformedSafetensorsTest {

    private static final String GOOD = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path folder;

    /** Puts a wrong file in its place. */
    private interface Writer {
        void write(Path file) throws IOException;
    }

    static Stream<Arguments> files() {
        return Stream.of(
                file("empty", f -> Files.write(f, new byte[0]), "0 bytes are too few"),
                file("seven bytes", f -> Files.write(f, new byte[7]), "7 bytes are too few"),
                file("a folder", Files::createDirectory, "is a directory, not a file"),
                file("length past 2^63", f -> SafetensorsBytes.write(f, -1, "{}", 0), "18446744073709551615 bytes"),
                file("length beyond the file", f -> SafetensorsBytes.write(f, 3, "{}", 0), "to have 3 bytes"),
                file("length of 200 MB", f -> SafetensorsBytes.write(f, 200_000_000, "{}", 0), "200000000 bytes"),
                file("length 0", f -> SafetensorsBytes.write(f, 0, "{}", 0), "not a JSON object"),
                header("", "not a JSON object", 0),
                header("[]", "not a JSON object", 0),
                header("{", "not valid JSON", 0),
                header("{\"a\"}", "not valid JSON", 0),
                header("{" + GOOD + "}{}", "goes on after", 8),
                header("{" + GOOD + "," + GOOD + "}", "Duplicate field 'a'", 8),
                header("{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}", "entry of a is not", 0),
                header("{\"__metadata__\":" + "{\"b\":".repeat(2000) + "0" + "}".repeat(2001), "not a text", 0),
                header("{\"__metadata__\":{\"format\":1}}", "format in __metadata__ is not a text", 0),
                header("{\"a\":3}", "entry of a is not a JSON object", 0),
                header("{\"a\\nb\":{}}", "name that cannot be printed", 0),
                header("{\"" + "n".repeat(2000) + "\":{}}", "name that cannot be printed", 0),
                header("{\"a\":{}}", "needs a dtype, a shape and two data_offsets", 0),
                entry("\"F8_E4M3\"", "[8]", "[0,8]", "dtype F8_E4M3, which is not read"),
                entry("32", "[2]", "[0,8]", "dtype , which is not read"),
                entry("\"F32\"", "2", "[0,8]", "the shape of tensor a must be a list"),
                entry("\"F32\"", "[-2]", "[0,8]", "none below 0"),
                entry("\"F32\"", "[2.0]", "[0,8]", "whole numbers"),
                entry("\"F32\"", "[9223372036854775808]", "[0,8]", "past 2^63"),
                entry("\"F32\"", "[1,1,1,1,1,1,1,1,2]", "[0,8]", "at most 8"),
                entry("\"F32\"", "[1099511627776,1099511627776]", "[0,8]", "more than any file can hold"),
                entry("\"F32\"", "[0,1099511627776,1099511627776]", "[0,0]", "more than any file can hold"),
                entry("\"F32\"", "[3]", "[0,8]", "has 8 bytes, its shape [3] of F32 needs 12"),
                entry("\"F32\"", "[2]", "{\"a\":0,\"b\":8}", "the data_offsets of tensor a must be a list"),
                entry("\"F32\"", "[2]", "[0,4,8]", "two data_offsets"),
                entry("\"F32\"", "[2]", "[8,0]", "lies at bytes 8 to 0"),
                entry("\"F32\"", "[2]", "[0,80000]", "is it cut short?"),
                entry("\"F32\"", "[1]", "[4,8]", "begins at byte 4, expected 0"),
                entry("\"F32\"", "[1]", "[0,4]", "4 bytes after the last tensor"),
                header("{" + GOOD + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", "overlap", 12),
                header("{" + GOOD + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", "missing", 16));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefused(String what, Writer writer, String expected) throws IOException {
        Path file = folder.resolve("bad.safetensors");
        writer.write(file);
        String message = assertThrows(UserError.class, () -> Safetensors.open(file).close()).getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertTrue(message.contains(expected), message);
        assertTrue(message.lines().count() == 1 && message.length() < 400, message);
    }

    private static Arguments file(String what, Writer writer, String expected) {
        return Arguments.of(what, writer, expected);
    }

    private static Arguments header(String json, String expected, int zeros) {
        Writer writer = file -> SafetensorsBytes.write(file, json, zeros);
        return Arguments.of("the header " + Fields.shortened(json), writer, expected);
    }

    private static Arguments entry(String dtype, String shape, String offsets, String expected) {
        return header("{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", expected,
                8);
    }
}
