package llava4j.tinyworld;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.pretrain.TinyVocabulary;
import llava4j.teacher.TinyInstructions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The tiny world")
class SceneTest {

    private static final List<String> TYPES = List.of("color", "where", "what", "count", "exists", "relation", "reasoning",
            "detail");

    @Test
    @DisplayName("shows one to three things of different kinds in different places, 1 : 2 : 2")
    void scenes() {
        Random random = new Random(1);
        int[] counts = new int[4];
        for (int i = 0; i < 5000; i++) {
            Scene scene = Scene.random(random);
            List<Thing> things = scene.things();
            counts[things.size()]++;
            assertEquals(things.size(), things.stream().map(Thing::kind).distinct().count());
            assertEquals(things.size(), things.stream().map(Thing::cell).distinct().count());
        }
        assertEquals(0.2, counts[1] / 5000.0, 0.03);
        assertEquals(0.4, counts[2] / 5000.0, 0.03);
        assertEquals(0.4, counts[3] / 5000.0, 0.03);
    }

    @Test
    @DisplayName("is painted in the cells where its things are, and is plain background elsewhere")
    void painting() {
        Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            Scene scene = Scene.random(random);
            BufferedImage image = Painter.paint(scene, random);
            Set<Integer> cells = scene.things().stream().map(Thing::cell).collect(Collectors.toSet());
            for (int cell = 0; cell < 9; cell++) {
                Set<Integer> colors = new HashSet<>();
                for (int y = 0; y < 16; y++) {
                    for (int x = 0; x < 16; x++) {
                        colors.add(image.getRGB(cell % 3 * 16 + x, cell / 3 * 16 + y));
                    }
                }
                assertEquals(cells.contains(cell), colors.size() > 1, scene + ", cell " + cell);
            }
        }
    }

    @Test
    @DisplayName("is said in words of the tiny vocabulary alone, all of which a model can learn")
    void vocabulary() {
        Set<String> known = new HashSet<>(TinyVocabulary.tokens());
        Random random = new Random(99);
        Set<String> unknown = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            Scene scene = Scene.random(random);
            Stream<String> texts = Stream.concat(Stream.of(Telling.tell(scene, random), Telling.caption(scene, random)),
                    TYPES.stream().filter(type -> scene.things().size() > 1 || !type.equals("relation"))
                            .map(type -> Questions.of(type, scene, random))
                            .flatMap(question -> Stream.of(question.text(), question.answer())));
            texts.flatMap(text -> Stream.of(text.replaceAll("([.,?])", " $1").split(" +")))
                    .filter(word -> !known.contains(word)).forEach(unknown::add);
        }
        assertEquals(Set.of(), unknown);
    }

    @Test
    @DisplayName("keeps held-out pairs of colour and thing out of every instruction, but not out of captions")
    void heldOutPairs(@TempDir Path folder) throws IOException {
        WorldWriter.write(folder, 5, 80);
        TinyInstructions.write(folder, 5);
        String instructions = Files.readString(folder.resolve("instructions.json"));
        String captions = Files.readString(folder.resolve("captions.json"));
        Set<String> captioned = Scene.HELD_OUT.stream().filter(captions::contains).collect(Collectors.toSet());
        assertFalse(captioned.isEmpty());
        for (String pair : Scene.HELD_OUT) {
            assertFalse(instructions.contains(pair), pair);
            String[] words = pair.split(" ");
            assertFalse(instructions.contains("the " + words[1] + " is " + words[0]), pair);
        }
    }

    @Test
    @DisplayName("is the same, byte for byte, for the same seed")
    void seeded(@TempDir Path one, @TempDir Path two, @TempDir Path other) throws IOException {
        WorldWriter.write(one, 7, 5);
        WorldWriter.write(two, 7, 5);
        WorldWriter.write(other, 8, 5);
        try (Stream<Path> files = Files.walk(one)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                Path relative = one.relativize(file);
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(two.resolve(relative)), relative.toString());
            }
        }
        assertTrue(Files.mismatch(one.resolve("scenes.json"), other.resolve("scenes.json")) >= 0);
    }
}
