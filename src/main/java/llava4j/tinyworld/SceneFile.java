package llava4j.tinyworld;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.UserError;

/**
 * Reads {@code scenes.json}: what each picture of a world truly shows.
 */
public final class SceneFile {

    private SceneFile() {
    }

    /**
     * {@return the scenes by picture, in the file's order}
     *
     * @param file {@code scenes.json}
     * @throws UserError if the file is missing or not in the format that {@link WorldWriter} writes
     */
    public static Map<String, Scene> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: make a world with \"tinyworld --out DIR\"", file);
        }
        try {
            Map<String, Scene> scenes = new LinkedHashMap<>();
            for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
                String image = node.path("image").asText();
                List<Thing> things = new ArrayList<>();
                for (JsonNode thing : node.path("things")) {
                    things.add(new Thing(thing.path("color").asText(), thing.path("kind").asText(),
                            thing.path("cell").asInt(-1)));
                }
                if (image.isEmpty() || things.isEmpty() || !things.stream().allMatch(SceneFile::known)) {
                    throw UserError.of("%s: scene %s needs \"image\" and \"things\" of the tiny world", file,
                            node.path("id").asText("without an id"));
                }
                scenes.put(image, new Scene(List.copyOf(things)));
            }
            return scenes;
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file, e.getLocation().getLineNr(),
                    e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean known(Thing thing) {
        return Scene.COLORS.contains(thing.color()) && Scene.KINDS.contains(thing.kind())
                && thing.cell() >= 0 && thing.cell() < Scene.PLACES.size();
    }
}
