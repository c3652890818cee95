package llava4j.tinyworld;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

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
     * @throws UserError if the file is missing, holds no scene, or is not in the format that {@link WorldWriter} writes
     */
    public static Map<String, Scene> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: make a world with \"tinyworld --out DIR\"", file);
        }
        Map<String, Scene> scenes = new LinkedHashMap<>();
        Faults faults = new Faults(file.toString());
        JsonFile.elements(file, fields -> faults.gather(() -> {
            String image = fields.fileName("image");
            if (scenes.putIfAbsent(image, scene(fields)) != null) {
                throw fields.error("image", "that picture has a scene already");
            }
        }));
        faults.throwIfAny();
        if (scenes.isEmpty()) {
            throw UserError.of("%s: holds no scene", file);
        }
        return scenes;
    }

    private static Scene scene(Fields fields) {
        List<Thing> things = new ArrayList<>();
        for (Fields thing : fields.objects("things")) {
            things.add(new Thing(thing.word("color", null, Scene.COLORS.toArray(String[]::new)),
                    thing.word("kind", null, Scene.KINDS.toArray(String[]::new)),
                    thing.integer("cell", null, 0, Scene.PLACES.size() - 1)));
        }
        if (things.isEmpty()) {
            throw fields.error("things", "a scene needs one thing or more");
        }
        return new Scene(List.copyOf(things));
    }
}
