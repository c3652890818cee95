package llava4j.picturebook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.data.ConversationFile;
import llava4j.error.UserError;
import llava4j.teacher.InstructionData;
import llava4j.teacher.InstructionKind;
import llava4j.teacher.SamplePlan;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.WorldFile;

/**
 * Makes a picture book and all that is said about it, in the files and formats in which the tiny world is written.
 *
 * <p>A seed and a number decide every byte; more pictures of the same seed begin with the same ones. The instructions are the
 * work of a teacher who is given the captions and boxes alone; pictures that show what is held out have none.
 */
public final class BookWriter {

    private static final int CAPTIONS = 3;
    private static final Map<InstructionKind, Integer> PER_PICTURE = Map.of(InstructionKind.CONVERSATION, 2,
            InstructionKind.DETAIL, 1, InstructionKind.REASONING, 1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EmojiPictures art;
    private final Path directory;
    private final long seed;
    private final ArrayNode scenes = JSON.createArrayNode();
    private final ObjectNode captions = JSON.createObjectNode();
    private final ObjectNode instances = JSON.createObjectNode();
    private final ArrayNode questions = JSON.createArrayNode();

    private BookWriter(EmojiPictures art, Path directory, long seed) {
        this.art = art;
        this.directory = directory;
        this.seed = seed;
        for (ObjectNode file : List.of(captions, instances)) {
            file.putArray("images");
            file.putArray("annotations");
        }
        ArrayNode categories = instances.putArray("categories");
        for (int i = 0; i < Concepts.ALL.size(); i++) {
            categories.addObject().put("id", i + 1).put("name", Concepts.ALL.get(i).name())
                    .put("supercategory", Concepts.ALL.get(i).kind());
        }
    }

    /**
     * Writes a picture book.
     *
     * @param emoji     folder of the art, as {@code fetch emoji} writes it
     * @param directory made if need be; files in it are replaced
     * @param seed      the same seed gives the same book
     * @param count     number of pictures
     * @throws UserError naming what of the art is missing, before anything is written
     */
    public static void write(Path emoji, Path directory, long seed, int count) {
        BookWriter writer = new BookWriter(new EmojiPictures(emoji), directory, seed);
        for (int i = 1; i <= count; i++) {
            writer.picture(i);
        }
        WorldFile.write(directory.resolve("scenes.json"), writer.scenes);
        WorldFile.write(directory.resolve("captions.json"), writer.captions);
        WorldFile.write(directory.resolve("instances.json"), writer.instances);
        WorldFile.write(directory.resolve("questions.json"), writer.questions);
        writer.instructions();
    }

    private void picture(int id) {
        // Random's first numbers are alike for seeds that are alike
        Random random = new Random(new SplittableRandom(seed * 1_000_003L + id).nextLong());
        BookScene scene = BookScene.random(random);
        Contents contents = scene.contents();
        String name = String.format(Locale.ROOT, "%06d.png", id);
        BufferedImage image = BookPainter.paint(scene, art, random);
        WholeFile.write(directory.resolve("images").resolve(name),
                temporary -> ImageIO.write(image, "png", temporary.toFile()));
        for (ObjectNode file : List.of(captions, instances)) {
            ((ArrayNode) file.get("images")).addObject().put("id", id).put("file_name", name).put("width", BookScene.SIZE)
                    .put("height", BookScene.SIZE);
        }
        scene(id, name, scene, contents);
        for (int i = 0; i < CAPTIONS; i++) {
            ((ArrayNode) captions.get("annotations")).addObject().put("id", (id - 1) * CAPTIONS + i + 1).put("image_id", id)
                    .put("caption", i == 0 ? BookTelling.detail(contents) : BookTelling.caption(contents, random));
        }
        questions(id, name, contents, random);
    }

    private void scene(int id, String name, BookScene scene, Contents contents) {
        ArrayNode things = heldOut(scenes.addObject().put("id", id).put("image", name), contents).putArray("things");
        ArrayNode annotations = (ArrayNode) instances.get("annotations");
        for (BookScene.Sprite sprite : scene.sprites()) {
            things.addObject().put("concept", sprite.concept().name()).put("style", sprite.style())
                    .put("cell", sprite.placed().cell()).put("place", sprite.placed().place());
            annotations.addObject().put("id", annotations.size()).put("image_id", id)
                    .put("category_id", Concepts.ALL.indexOf(sprite.concept()) + 1).put("area", sprite.side() * sprite.side())
                    .put("iscrowd", 0).putArray("bbox").add(sprite.x()).add(sprite.y()).add(sprite.side()).add(sprite.side());
        }
    }

    private static ObjectNode heldOut(ObjectNode node, Contents contents) {
        return node.put("held_out_concept", contents.concepts().stream().anyMatch(Concept::heldOut))
                .put("held_out_pair", Concepts.pairHeldOut(contents.concepts()));
    }

    /** The exam: one question of each type. */
    private void questions(int id, String name, Contents contents, Random random) {
        List<Optional<Question>> asked = new ArrayList<>();
        SeeingQuestions.TYPES.forEach(type -> asked.add(SeeingQuestions.of(type, contents, random)));
        KnowingQuestions.TYPES.forEach(type -> asked.add(KnowingQuestions.of(type, contents, random)));
        asked.add(Optional.of(new Question("description", "Describe the picture in detail.", BookTelling.detail(contents))));
        asked.stream().flatMap(Optional::stream).forEach(question -> heldOut(questions.addObject()
                .put("id", String.format(Locale.ROOT, "%06d-%s", id, question.type().replace(' ', '-'))).put("image", name)
                .put("type", question.type()).put("objects", contents.count()), contents).put("question", question.text())
                .put("answer", question.answer()));
    }

    private void instructions() {
        InstructionData data = new InstructionData(directory.resolve("captions.json"), directory.resolve("instances.json"),
                picture -> BookTeacher.contents(picture).map(contents -> Concepts.heldOut(contents.concepts())).orElse(false));
        InstructionData.Made made = data.make(new SamplePlan(PER_PICTURE, true, Integer.MAX_VALUE, seed), new BookTeacher(), 1,
                (answered, all) -> { });
        if (!made.leftOut().isEmpty()) {
            throw UserError.of("%s: captions and boxes do not tell one scene (%s)", directory, made.leftOut());
        }
        ConversationFile.write(directory.resolve("instructions.json"), made.conversations());
    }
}
