package llava4j.tinyworld;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a world of pictures and all that is said about them, as files in published formats.
 *
 * <p>{@code images/*.png}; {@code captions.json} and {@code instances.json} as COCO's; {@code scenes.json}, what
 * each picture truly shows; {@code questions.json}, one of each type about each picture, to examine a model with. A seed
 * and a count decide every byte. The instructions are a teacher's work, who is given captions and boxes alone.
 */
public final class WorldWriter {

    private static final int CAPTIONS = 3;

    private final WorldFiles files;
    private final long seed;

    private WorldWriter(Path directory, long seed) {
        this.files = new WorldFiles(directory);
        this.seed = seed;
        Scene.KINDS.forEach(files::category);
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
        writer.files.write();
    }

    private void picture(int id) {
        Random random = new Random(seed * 1_000_003L + id);
        Scene scene = Scene.random(random);
        files.picture(id, Painter.paint(scene, random));
        scene(id, scene);
        for (int i = 0; i < CAPTIONS; i++) {
            files.caption(id, i == 0 ? Telling.detail(scene) : Telling.caption(scene, random));
        }
        if (!scene.heldOut()) {
            passOver(scene, random);
        }
        questions(id, scene, random);
    }

    private void scene(int id, Scene scene) {
        ArrayNode things = files.scene(id).put("held_out_pair", scene.heldOut()).putArray("things");
        for (Thing thing : scene.things()) {
            int cell = Painter.SIZE / 3;
            things.addObject().put("color", thing.color()).put("kind", thing.kind()).put("cell", thing.cell())
                    .put("place", thing.place());
            files.box(id, Scene.KINDS.indexOf(thing.kind()) + 1,
                    new Rectangle(thing.column() * cell, thing.row() * cell, cell, cell));
        }
    }

    /** Draws what the first form of the shipped world drew here, so that its exams are made again to the byte. */
    private static void passOver(Scene scene, Random random) {
        Questions.conversation(scene, 4, Questions.SHORT, random);
        Questions.conversation(scene, 4, Questions.SHORT, random);
        Questions.of("detail", scene, random);
        Questions.conversation(scene, 2, List.of("reasoning"), random);
    }

    private void questions(int id, Scene scene, Random random) {
        List<String> types = new ArrayList<>(Questions.SHORT);
        types.addAll(List.of("reasoning", "detail"));
        for (String type : types) {
            if (scene.things().size() > 1 || !type.equals("relation")) {
                Question question = Questions.of(type, scene, random);
                files.question(id, type, scene.things().size()).put("held_out_pair", scene.heldOut())
                        .put("question", question.text()).put("answer", question.answer());
            }
        }
    }
}
