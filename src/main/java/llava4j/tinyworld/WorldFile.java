package llava4j.tinyworld;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import llava4j.checkpoint.WholeFile;

/**
 * Writes a world's JSON: of a list one element a line, so that it is readable and a change shows as a change of that line.
 */
public final class WorldFile {

    private WorldFile() {
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file    replaced if it is there
     * @param content a list, or an object, which is one line
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path file, JsonNode content) {
        StringBuilder text = new StringBuilder();
        if (content.isArray()) {
            text.append("[\n");
            for (int i = 0; i < content.size(); i++) {
                text.append(content.get(i)).append(i + 1 < content.size() ? ",\n" : "\n");
            }
            text.append("]\n");
        } else {
            text.append(content).append("\n");
        }
        WholeFile.write(file, text.toString());
    }
}
