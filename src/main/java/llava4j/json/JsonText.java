package llava4j.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.error.UserError;

/**
 * JSON that is in memory already, held to the rules of {@link JsonFile}: a line of a file (JSONL), standard input, the answer
 * of another process.
 */
public final class JsonText {

    private JsonText() {
    }

    /**
     * {@return the one value of a text}
     *
     * @param place how errors name the text
     * @param bytes the text in UTF-8
     * @throws UserError if it is not a single JSON value
     */
    public static JsonNode tree(String place, byte[] bytes) {
        try (JsonParser parser = JsonFile.parser(bytes)) {
            JsonNode node = JsonFile.tree(parser);
            if (node == null) {
                throw UserError.of("%s: is empty", place);
            }
            if (parser.nextToken() != null) {
                throw UserError.of("%s: more text after the end of the JSON", place);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new UserError(place + ": not valid JSON: " + reason(e), e);
        } catch (IOException e) {
            throw new UserError(place + ": not a text in UTF-8", e);
        }
    }

    /**
     * {@return the one object of a text}
     *
     * @param place how errors name the text
     * @param bytes the text in UTF-8
     * @throws UserError if it is not a single JSON object
     */
    public static Fields object(String place, byte[] bytes) {
        return Fields.of(place, tree(place, bytes));
    }

    /**
     * {@return the objects of a file that holds one a line; empty lines are passed over}
     *
     * @param file each line is valid JSON by itself
     * @throws UserError naming the line that is not a single JSON object
     */
    public static List<Fields> lines(Path file) {
        List<Fields> objects = new ArrayList<>();
        try (InputStream in = JsonFile.open(file)) {
            byte[] line = line(in);
            for (int number = 1; line != null; number++, line = line(in)) {
                if (!new String(line, StandardCharsets.UTF_8).isBlank()) {
                    objects.add(object(file + ", line " + number, line));
                }
            }
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
        return objects;
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toByteArray();
    }

    /**
     * {@return what the parser says, without the line breaks that a file may have smuggled into it}
     *
     * @param e thrown by Jackson
     */
    public static String reason(JsonProcessingException e) {
        return Fields.shortened(String.valueOf(e.getOriginalMessage()));
    }
}
