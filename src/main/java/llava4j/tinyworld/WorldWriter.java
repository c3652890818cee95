package llava4j.tinyworld;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;

/**
 * Makes a world of pictures and all that is said about them, as files in published formats.
 *
 * <p>{@code images/*.png}; {@code captions.json} and {@code instances.json} as COCO's; {@code scenes.json}, what
 * each picture truly shows; {@code questions.json}, one of each type about each picture, to examine a model with. A seed
 * and a count decide every byte. The instructions are a teacher's work, who is given captions and boxes alone.
 */
public final class WorldWriter {

    private static final int CAPTIONS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final long seed;
    private final ArrayNode scenes = JSON.createArrayNode();
    private final ObjectNode captions = JSON.createObjectNode();
    private final ObjectNode instances = JSON.createObjectNode();
    private final ArrayNode questions = JSON.createArrayNode();

    private WorldWriter(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
        for (ObjectNode file : List.of(captions, instances)) {
            file.putArray("images");
            file.putArray("annotations");
        }
        ArrayNode categories = instances.putArray("categories");
        for (int i = 0; i < Scene.KINDS.size(); i++) {
            categories.addObject().put("id", i + 1).put("name", Scene.KINDS.get(i));
        }
    }

    /**
     * Writes a world.
     *
     * @param directory made if need be; files in it are replaced
     * @param seed      the same seed gives the same world
     * @param count     number of pictures
     */
    public static void write(Path directory, long seed, int count) {
        WorldWriter writer = new WorldWriter(directory, seed);
        for (int i = 1; i <= count; i++) {
            writer.picture(i);
        }
        WorldFile.write(directory.resolve("scenes.json"), writer.scenes);
        WorldFile.write(directory.resolve("captions.json"), writer.captions);
        WorldFile.write(directory.resolve("instances.json"), writer.instances);
        WorldFile.write(directory.resolve("questions.json"), writer.questions);
    }

    private void picture(int id) {
        Random random = new Random(seed * 1_000_003L + id);
        Scene scene = Scene.random(random);
        String name = String.format(Locale.ROOT, "%06d.png", id);
        BufferedImage image = Painter.paint(scene, random);
        WholeFile.write(directory.resolve("images").resolve(name),
                temporary -> ImageIO.write(image, "png", temporary.toFile()));
        scene(id, name, scene);
        for (ObjectNode file : List.of(captions, instances)) {
            ((ArrayNode) file.get("images")).addObject().put("id", id).put("file_name", name)
                    .put("width", Painter.SIZE).put("height", Painter.SIZE);
        }
        for (int i = 0; i < CAPTIONS; i++) {
            ((ArrayNode) captions.get("annotations")).addObject().put("id", (id - 1) * CAPTIONS + i + 1)
                    .put("image_id", id).put("caption", i == 0 ? Telling.detail(scene)
                            : Telling.caption(scene, random));
        }
        if (!scene.heldOut()) {
            passOver(scene, random);
        }
        questions(id, name, scene, random);
    }

    private void scene(int id, String name, Scene scene) {
        ArrayNode things = scenes.addObject().put("id", id).put("image", name).put("held_out_pair", scene.heldOut())
                .putArray("things");
        ArrayNode annotations = (ArrayNode) instances.get("annotations");
        for (Thing thing : scene.things()) {
            int cell = Painter.SIZE / 3;
            things.addObject().put("color", thing.color()).put("kind", thing.kind()).put("cell", thing.cell())
                    .put("place", thing.place());
            annotations.addObject().put("id", annotations.size()).put("image_id", id)
                    .put("category_id", Scene.KINDS.indexOf(thing.kind()) + 1).put("area", cell * cell)
                    .put("iscrowd", 0).putArray("bbox").add(thing.column() * cell).add(thing.row() * cell).add(cell)
                    .add(cell);
        }
    }

    /** Draws what the first form of the shipped world drew here, so that its exams are made again to the byte. */
    private static void passOver(Scene scene, Random random) {
        Questions.conversation(scene, 4, Questions.SHORT, random);
        Questions.conversation(scene, 4, Questions.SHORT, random);
        Questions.of("detail", scene, random);
        Questions.conversation(scene, 2, List.of("reasoning"), random);
    }

    private void questions(int id, String name, Scene scene, Random random) {
        List<String> types = new ArrayList<>(Questions.SHORT);
        types.addAll(List.of("reasoning", "detail"));
        for (String type : types) {
            if (scene.things().size() > 1 || !type.equals("relation")) {
                Question question = Questions.of(type, scene, random);
                questions.addObject().put("id", String.format(Locale.ROOT, "%06d-%s", id, type)).put("image", name)
                        .put("type", type).put("objects", scene.things().size())
                        .put("held_out_pair", scene.heldOut()).put("question", question.text())
                        .put("answer", question.answer());
            }
        }
    }
}
