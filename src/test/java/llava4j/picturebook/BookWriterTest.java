package llava4j.picturebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.data.ConversationRecordReader;
import llava4j.error.UserError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The picture book")
class BookWriterTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PICTURES = 400;

    @TempDir
    static Path folder;
    private static Path art;
    private static Path book;

    @BeforeAll
    static void write() throws IOException {
        art = StandInArt.in(folder.resolve("emoji"));
        book = folder.resolve("book");
        BookWriter.write(art, book, 3, PICTURES);
    }

    private static JsonNode json(String file) throws IOException {
        return JSON.readTree(book.resolve(file).toFile());
    }

    private static List<Conversation> instructions() {
        return ConversationRecordReader.all(book.resolve("instructions.json"));
    }

    /** Concepts of each picture, by its file name, as the scenes tell them. */
    private static Map<String, List<String>> shown() throws IOException {
        Map<String, List<String>> shown = new HashMap<>();
        for (JsonNode scene : json("scenes.json")) {
            scene.get("things").forEach(thing -> shown.computeIfAbsent(scene.get("image").asText(), name -> new ArrayList<>())
                    .add(thing.get("concept").asText()));
        }
        return shown;
    }

    @Test
    @DisplayName("shows no more things in a picture than were asked for, and all numbers up to that")
    void mostThings() {
        Random random = new Random(6);
        for (int most = 1; most <= 6; most++) {
            Set<Integer> seen = new TreeSet<>();
            for (int i = 0; i < 500; i++) {
                seen.add(BookScene.ofBook(most, random).sprites().size());
            }
            assertEquals(IntStream.rangeClosed(1, most).boxed().collect(Collectors.toSet()), seen);
        }
    }

    @Test
    @DisplayName("shows one to four concepts and up to six things, in both styles, none of them outside the picture or hidden")
    void scenes() throws IOException {
        Set<Integer> concepts = new HashSet<>();
        Set<Integer> things = new HashSet<>();
        shown().values().forEach(names -> {
            concepts.add(new HashSet<>(names).size());
            things.add(names.size());
        });
        assertEquals(Set.of(1, 2, 3, 4), concepts);
        assertEquals(Set.of(1, 2, 3, 4, 5, 6), things);
        assertEquals(Set.of("google", "twitter"), json("scenes.json").findValuesAsText("style").stream().collect(Collectors.toSet()));
        Map<Integer, List<int[]>> boxes = new HashMap<>();
        for (JsonNode annotation : json("instances.json").get("annotations")) {
            int[] box = IntStream.range(0, 4).map(i -> annotation.get("bbox").get(i).asInt()).toArray();
            assertTrue(box[0] >= 0 && box[1] >= 0 && box[0] + box[2] <= 96 && box[1] + box[3] <= 96);
            boxes.computeIfAbsent(annotation.get("image_id").asInt(), id -> new ArrayList<>()).add(box);
        }
        boxes.values().forEach(all -> all.forEach(a -> all.stream().filter(b -> b != a).forEach(b -> {
            int width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
            int height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
            assertTrue(width <= 0 || height <= 0 || width * height < 0.2 * Math.min(a[2] * a[3], b[2] * b[3]));
        })));
        BufferedImage picture = ImageIO.read(book.resolve("images/000001.png").toFile());
        assertEquals(96, picture.getWidth());
    }

    @Test
    @DisplayName("is the same to the byte for the same seed, begins the same when it is longer, and is another for another seed")
    void seeded() throws IOException {
        Path again = folder.resolve("again");
        BookWriter.write(art, again, 3, 20);
        for (int i = 1; i <= 20; i++) {
            String name = String.format("images/%06d.png", i);
            assertArrayEquals(Files.readAllBytes(book.resolve(name)), Files.readAllBytes(again.resolve(name)));
        }
        List<Conversation> shorter = ConversationRecordReader.all(again.resolve("instructions.json"));
        assertEquals(instructions().subList(0, shorter.size()), shorter);
        Path other = folder.resolve("other");
        BookWriter.write(art, other, 4, 20);
        assertFalse(Files.readString(again.resolve("captions.json")).equals(Files.readString(other.resolve("captions.json"))));
    }

    @Test
    @DisplayName("has three captions a picture, the first of which names everything; they begin in many ways")
    void captions() throws IOException {
        Map<String, List<String>> shown = shown();
        Map<Integer, List<String>> captions = new HashMap<>();
        Set<String> openings = new HashSet<>();
        for (JsonNode annotation : json("captions.json").get("annotations")) {
            captions.computeIfAbsent(annotation.get("image_id").asInt(), id -> new ArrayList<>())
                    .add(annotation.get("caption").asText());
            openings.add(annotation.get("caption").asText().split(" ")[0]);
        }
        assertEquals(PICTURES, captions.size());
        assertTrue(openings.size() >= 6, openings.toString());
        captions.forEach((id, all) -> {
            assertEquals(3, all.size());
            for (String name : shown.get(String.format("%06d.png", id))) {
                Concept concept = Concepts.named(name);
                assertTrue(all.get(0).contains(concept.name()) || all.get(0).contains(concept.plural()), all.get(0));
            }
        });
    }

    @Test
    @DisplayName("has instructions of the three kinds that can be trained on, about things that are there and things that are not")
    void instructionsOfThreeKinds() throws IOException {
        Map<String, List<String>> shown = shown();
        Set<String> kinds = new HashSet<>();
        int yes = 0;
        int no = 0;
        Pattern presence = Pattern.compile("(?:<image>\\n)?(?:Is there|Do you see|Can you find|Does the picture show|Is) an? "
                + "(.+?)(?: in the picture| somewhere in this picture)?\\?");
        for (Conversation sample : instructions()) {
            kinds.add(sample.id().split("-")[1]);
            assertTrue(Files.exists(book.resolve("images").resolve(sample.images().get(0))));
            for (Turn turn : sample.turns()) {
                var asked = presence.matcher(turn.human());
                if (asked.matches()) {
                    boolean there = shown.get(sample.images().get(0)).contains(asked.group(1));
                    assertEquals(there, turn.gpt().startsWith("Yes"), turn.toString());
                    yes += there ? 1 : 0;
                    no += there ? 0 : 1;
                }
            }
        }
        assertEquals(Set.of("conversation", "detail", "reasoning"), kinds);
        assertTrue(yes + no > 200, "asked " + (yes + no));
        assertEquals(0.5, yes / (double) (yes + no), 0.1);
    }

    @Test
    @DisplayName("takes for granted what is not there, in forms that are asked of what is there too, and the answer says so in many ways")
    void refusals() throws IOException {
        Map<String, List<String>> shown = shown();
        Pattern where = Pattern.compile("(?:<image>\\n)?(?:Where|In which part|Can you tell me where).* the (.+?)(?: is)?\\?");
        Set<String> wordings = new HashSet<>();
        int absent = 0;
        int present = 0;
        for (Conversation sample : instructions()) {
            for (Turn turn : sample.turns()) {
                var asked = where.matcher(turn.human());
                if (asked.matches()) {
                    boolean there = shown.get(sample.images().get(0)).contains(asked.group(1));
                    String denied = turn.gpt().replaceFirst("(?i)(an? )?" + Pattern.quote(asked.group(1)) + ".*", "");
                    assertEquals(!there, denied.matches("I see no |There is no |I cannot find |This picture has no |I looked for "),
                            turn.toString());
                    if (!there) {
                        wordings.add(denied);
                    }
                    present += there ? 1 : 0;
                    absent += there ? 0 : 1;
                }
            }
        }
        assertTrue(absent > 50 && present > absent, absent + " of what is not there, " + present + " of what is");
        assertEquals(5, wordings.size(), wordings.toString());
    }

    @Test
    @DisplayName("tells a picture in full in many forms, each of which names everything")
    void descriptions() throws IOException {
        Map<String, List<String>> shown = shown();
        Set<String> beginnings = new HashSet<>();
        instructions().stream().filter(sample -> sample.id().endsWith("detail")).forEach(sample -> {
            String said = sample.turns().get(0).gpt();
            beginnings.add(said.replaceAll("^(\\S+ \\S+).*", "$1"));
            shown.get(sample.images().get(0)).stream().map(Concepts::named).forEach(concept -> assertTrue(
                    said.contains(concept.name()) || said.contains(concept.plural()), said));
        });
        assertTrue(beginnings.containsAll(Set.of("The picture", "I see", "This picture", "There are", "There is")),
                beginnings.toString());
    }

    @Test
    @DisplayName("counts, places and knows what is true of each picture")
    void truth() throws IOException {
        Map<String, JsonNode> scenes = new HashMap<>();
        json("scenes.json").forEach(scene -> scenes.put(scene.get("image").asText(), scene));
        int checked = 0;
        for (JsonNode question : json("questions.json")) {
            List<JsonNode> things = new ArrayList<>();
            scenes.get(question.get("image").asText()).get("things").forEach(things::add);
            String asked = question.get("question").asText();
            String answer = question.get("answer").asText();
            List<Concept> concepts = things.stream().map(thing -> Concepts.named(thing.get("concept").asText())).toList();
            switch (question.get("type").asText()) {
                case "count" -> {
                    String plural = asked.replaceAll("(?:How many|Can you count the) (.+?)(?: are there| do you see| are in the picture)?\\?", "$1");
                    long count = plural.equals("things") ? things.size() : concepts.stream().filter(c -> c.plural().equals(plural)).count();
                    assertTrue(answer.matches(".*\\b" + List.of("no", "one", "two", "three", "four", "five", "six").get((int) count)
                            + "\\b.*"), asked + " " + answer);
                }
                case "place" -> assertTrue(things.stream().anyMatch(thing -> asked.contains("the " + thing.get("concept").asText())
                        && answer.replace(" of the picture", "").endsWith(thing.get("place").asText() + ".")), asked + " " + answer);
                case "refusal" -> assertTrue(concepts.stream().allMatch(concept -> answer.contains(concept.name())
                        || answer.contains(concept.plural())), answer);
                case "flies" -> concepts.forEach(concept -> assertEquals(concept.flies(), answer.toLowerCase().matches(
                        ".*\\bthe (" + concept.name().toLowerCase() + "|" + concept.plural().toLowerCase() + ")\\b.*"), answer));
                case "eaten" -> assertEquals(concepts.stream().noneMatch(Concept::eaten), answer.matches("(No, n|N)one.*"), answer);
                default -> checked--;
            }
            checked++;
        }
        assertTrue(checked > 3 * PICTURES / 2, "checked " + checked);
    }

    @Test
    @DisplayName("holds thirty concepts out of its instructions, and pairs of others; both are in captions and marked in the exam")
    void heldOut() throws IOException {
        String captions = Files.readString(book.resolve("captions.json"));
        List<Concept> heldOut = Concepts.ALL.stream().filter(Concept::heldOut).toList();
        assertTrue(heldOut.stream().filter(concept -> captions.contains(concept.name())).count() > 25);
        String said = instructions().stream().flatMap(sample -> sample.turns().stream()).flatMap(turn ->
                Stream.of(turn.human(), turn.gpt())).collect(Collectors.joining("\n"));
        heldOut.forEach(concept -> assertFalse(Pattern.compile("(?i)(?<![\\w-])(" + concept.name() + "|" + concept.plural()
                + ")(?![\\w-])").matcher(said).find(), concept.name()));
        Map<String, List<String>> shown = shown();
        instructions().forEach(sample -> assertFalse(Concepts.pairHeldOut(shown.get(sample.images().get(0)).stream().distinct()
                .map(Concepts::named).toList()), sample.id()));
        for (String mark : List.of("held_out_concept", "held_out_pair")) {
            assertEquals(Set.of("true", "false"), new HashSet<>(json("questions.json").findValuesAsText(mark)));
        }
    }

    @Test
    @DisplayName("names all of the art that is missing, and how to get it, before anything is written")
    void missingArt(@TempDir Path empty) throws IOException {
        Path out = empty.resolve("out");
        String none = assertThrows(UserError.class, () -> BookWriter.write(empty, out, 1, 1)).getMessage();
        assertTrue(none.contains("fetch emoji"), none);
        Path some = StandInArt.in(empty.resolve("emoji"));
        Files.delete(some.resolve("img/google/64/1f415.png"));
        Files.writeString(some.resolve("img/twitter/64/1f408.png"), "no picture");
        List<String> lines = assertThrows(UserError.class, () -> BookWriter.write(some, out, 1, 1)).lines();
        assertTrue(lines.stream().anyMatch(line -> line.contains("1f415.png") && line.contains("a dog")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("1f408.png")), lines.toString());
        assertFalse(Files.exists(out));
    }
}
