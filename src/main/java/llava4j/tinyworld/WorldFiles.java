package llava4j.tinyworld;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;

/**
 * The files of a painted world as they grow, in published formats: {@code images/*.png}; {@code captions.json} and
 * {@code instances.json} as COCO's; {@code scenes.json} and {@code questions.json}, the truth and the exam.
 *
 * <p>Pictures are written as they come, the rest by {@link #write}. Of a list one element stands in a line, so that it is
 * readable and a change shows as a change of that line.
 */
public final class WorldFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final ArrayNode scenes = JSON.createArrayNode();
    private final ObjectNode captions = JSON.createObjectNode();
    private final ObjectNode instances = JSON.createObjectNode();
    private final ArrayNode questions = JSON.createArrayNode();

    /**
     * Files without content; nothing is written yet.
     *
     * @param directory made if need be; files in it are replaced
     */
    public WorldFiles(Path directory) {
        this.directory = directory;
        for (ObjectNode file : List.of(captions, instances)) {
            file.putArray("images");
            file.putArray("annotations");
        }
        instances.putArray("categories");
    }

    /**
     * {@return a new category of boxes, numbered from 1, to which more may be added}
     *
     * @param name of the category
     */
    public ObjectNode category(String name) {
        ArrayNode categories = (ArrayNode) instances.get("categories");
        return categories.addObject().put("id", categories.size()).put("name", name);
    }

    /**
     * Writes a picture.
     *
     * @param id    from 1
     * @param image the picture
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public void picture(int id, BufferedImage image) {
        WholeFile.write(directory.resolve("images").resolve(name(id)),
                temporary -> ImageIO.write(image, "png", temporary.toFile()));
        for (ObjectNode file : List.of(captions, instances)) {
            ((ArrayNode) file.get("images")).addObject().put("id", id).put("file_name", name(id))
                    .put("width", image.getWidth()).put("height", image.getHeight());
        }
    }

    /**
     * {@return what a picture truly shows, to be filled}
     *
     * @param picture its id
     */
    public ObjectNode scene(int picture) {
        return scenes.addObject().put("id", picture).put("image", name(picture));
    }

    /**
     * Adds a caption.
     *
     * @param picture its id
     * @param text    of the caption
     */
    public void caption(int picture, String text) {
        ArrayNode annotations = (ArrayNode) captions.get("annotations");
        annotations.addObject().put("id", annotations.size()).put("image_id", picture).put("caption", text);
    }

    /**
     * Adds a thing's box.
     *
     * @param picture  its id
     * @param category number of the category, from 1
     * @param box      in pixels
     */
    public void box(int picture, int category, Rectangle box) {
        ArrayNode annotations = (ArrayNode) instances.get("annotations");
        annotations.addObject().put("id", annotations.size()).put("image_id", picture).put("category_id", category)
                .put("area", box.width * box.height).put("iscrowd", 0).putArray("bbox").add(box.x).add(box.y).add(box.width)
                .add(box.height);
    }

    /**
     * {@return a question of the exam, to which its text and answer are added}
     *
     * @param picture its id
     * @param type    of the question
     * @param objects number of things in the picture
     */
    public ObjectNode question(int picture, String type, int objects) {
        return questions.addObject().put("id", String.format(Locale.ROOT, "%06d-%s", picture, type.replace(' ', '-')))
                .put("image", name(picture)).put("type", type).put("objects", objects);
    }

    private static String name(int picture) {
        return String.format(Locale.ROOT, "%06d.png", picture);
    }

    /**
     * Writes all but the pictures, each file whole or not at all.
     *
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public void write() {
        write("scenes.json", scenes);
        write("captions.json", captions);
        write("instances.json", instances);
        write("questions.json", questions);
    }

    private void write(String file, JsonNode content) {
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
        WholeFile.write(directory.resolve(file), text.toString());
    }
}
