package llava4j.picturebook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import llava4j.data.ConversationFile;
import llava4j.error.UserError;
import llava4j.teacher.InstructionData;
import llava4j.teacher.InstructionKind;
import llava4j.teacher.SamplePlan;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.WorldFiles;

/**
 * Makes a picture book and all that is said about it, in the files and formats in which the tiny world is written.
 *
 * <p>A seed and a number decide every byte; more pictures of the same seed begin with the same ones. The instructions are the
 * work of a teacher who is given the captions and boxes alone; pictures that show what is held out have none.
 */
public final class BookWriter {

    /** Things in a picture, at most. */
    public static final int MOST_THINGS = BookScene.MOST_THINGS;

    private static final int CAPTIONS = 3;
    private static final Map<InstructionKind, Integer> PER_PICTURE = Map.of(InstructionKind.CONVERSATION, 2,
            InstructionKind.DETAIL, 1, InstructionKind.REASONING, 1);

    private final EmojiPictures art;
    private final Path directory;
    private final long seed;
    private final List<Integer> mostThings;
    private final WorldFiles files;

    private BookWriter(EmojiPictures art, Path directory, long seed, List<Integer> mostThings) {
        this.art = art;
        this.directory = directory;
        this.seed = seed;
        this.mostThings = mostThings;
        this.files = new WorldFiles(directory);
        Concepts.ALL.forEach(concept -> files.category(concept.name()).put("supercategory", concept.kind()));
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
        write(emoji, directory, seed, count, List.of(MOST_THINGS));
    }

    /**
     * Writes a picture book that is easier to read.
     *
     * @param emoji      as above
     * @param directory  as above
     * @param seed       as above
     * @param count      number of pictures
     * @param mostThings in a picture, 1 to 6: of each picture in turn
     * @throws UserError as above
     */
    public static void write(Path emoji, Path directory, long seed, int count, List<Integer> mostThings) {
        BookWriter writer = new BookWriter(new EmojiPictures(emoji), directory, seed, mostThings);
        for (int i = 1; i <= count; i++) {
            writer.picture(i);
        }
        writer.files.write();
        writer.instructions();
    }

    private void picture(int id) {
        // Random's first numbers are alike for seeds that are alike
        Random random = new Random(new SplittableRandom(seed * 1_000_003L + id).nextLong());
        BookScene scene = BookScene.ofBook(mostThings.get((id - 1) % mostThings.size()), random);
        Contents contents = scene.contents();
        files.picture(id, BookPainter.paint(scene, art, random));
        scene(id, scene, contents);
        for (int i = 0; i < CAPTIONS; i++) {
            files.caption(id, i == 0 ? BookTelling.detail(contents) : BookTelling.caption(contents, random));
        }
        questions(id, contents, random);
    }

    private void scene(int id, BookScene scene, Contents contents) {
        ArrayNode things = heldOut(files.scene(id), contents).putArray("things");
        for (BookScene.Sprite sprite : scene.sprites()) {
            things.addObject().put("concept", sprite.concept().name()).put("style", sprite.style())
                    .put("cell", sprite.placed().cell()).put("place", sprite.placed().place());
            files.box(id, Concepts.ALL.indexOf(sprite.concept()) + 1,
                    new Rectangle(sprite.x(), sprite.y(), sprite.side(), sprite.side()));
        }
    }

    private static ObjectNode heldOut(ObjectNode node, Contents contents) {
        return node.put("held_out_concept", contents.concepts().stream().anyMatch(Concept::heldOut))
                .put("held_out_pair", Concepts.pairHeldOut(contents.concepts()));
    }

    /** The exam: one question of each type. */
    private void questions(int id, Contents contents, Random random) {
        List<Optional<Question>> asked = new ArrayList<>();
        SeeingQuestions.TYPES.forEach(type -> asked.add(SeeingQuestions.of(type, contents, random)));
        KnowingQuestions.TYPES.forEach(type -> asked.add(KnowingQuestions.of(type, contents, random)));
        asked.add(Optional.of(new Question("description", "Describe the picture in detail.", BookTelling.detail(contents))));
        asked.stream().flatMap(Optional::stream).forEach(question ->
                heldOut(files.question(id, question.type(), contents.count()), contents).put("question", question.text())
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
