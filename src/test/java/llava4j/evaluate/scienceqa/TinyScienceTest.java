package llava4j.evaluate.scienceqa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.pretrain.TinyVocabulary;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.SceneFile;
import llava4j.tinyworld.ScienceWriter;
import llava4j.tinyworld.Thing;
import llava4j.tinyworld.WorldWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny ScienceQA: what can be solved from what. The oracle here shares no code with the generator. */
class TinyScienceTest {

    private static final Path SHIPPED = Path.of("tiny-data");
    private static final int TRIES = 150;
    private static final Map<String, String> RHYMES = Map.of("cat", "hat", "boat", "goat", "tree", "bee", "house",
            "mouse", "ball", "tall", "car", "far", "star", "far");

    private static List<Problem> test;
    private static Map<String, Scene> scenes;

    @BeforeAll
    static void read() {
        test = ProblemFiles.open(SHIPPED.resolve("science"), SHIPPED).split("test");
        scenes = new TreeMap<>();
        SceneFile.read(SHIPPED.resolve("held-out/scenes.json"))
                .forEach((image, scene) -> scenes.put("held-out/images/" + image, scene));
    }

    /** The one choice that follows, if one does. A scene is empty where there is no picture. */
    private static Optional<String> oracle(Problem problem, String context, Scene scene) {
        String question = problem.question();
        Set<String> right = new HashSet<>();
        for (String option : problem.choices()) {
            if (isRight(question, option, context, scene, problem.choices())) {
                right.add(option);
            }
        }
        return right.size() == 1 ? right.stream().findFirst() : Optional.empty();
    }

    private static boolean isRight(String question, String option, String context, Scene scene, List<String> all) {
        if (question.equals("which thing is alive?")) {
            return Set.of("cat", "tree", "person").contains(option);
        }
        if (question.equals("what could carry someone far away?")) {
            return Set.of("car", "boat").contains(option);
        }
        if (question.startsWith("which word comes first")) {
            return all.stream().allMatch(word -> option.compareTo(word) <= 0);
        }
        if (question.equals("what rhymes with the word?")) {
            return scene.things().stream().anyMatch(thing -> context.contains("of the " + thing.color() + " thing")
                    && option.equals(RHYMES.get(thing.kind())));
        }
        Matcher at = Pattern.compile("what rhymes with the thing at (.+)\\?").matcher(question);
        if (at.matches()) {
            return scene.things().stream().anyMatch(thing -> thing.place().equals(at.group(1))
                    && option.equals(RHYMES.get(thing.kind())));
        }
        if (question.startsWith("what rhymes with ")) {
            return option.equals(RHYMES.get(question.substring("what rhymes with ".length(), question.length() - 1)));
        }
        if (question.startsWith("what gives shelter")) {
            return !scene.things().isEmpty() && option.equals(
                    scene.things().stream().anyMatch(thing -> thing.kind().equals("house")) ? "house" : "nothing");
        }
        String[] words = question.replace(", or neither", "").replace("?", "").split(" ");
        if (question.startsWith("which thing is ")) {
            return word(option, context, scene, Scene.COLORS).equals(Optional.of(words[3]));
        }
        if (question.startsWith("do the ")) {
            Optional<String> one = word(words[2], context, scene, Scene.COLORS);
            Optional<String> other = word(words[5], context, scene, Scene.COLORS);
            return one.isPresent() && other.isPresent() && option.equals(one.equals(other) ? "match" : "not match");
        }
        Optional<String> one = word(words[2], context, scene, Scene.PLACES);
        Optional<String> other = word(words[words.length - 1], context, scene, Scene.PLACES);
        return one.isPresent() && other.isPresent() && switch (option) {
            case "above" -> row(one.get()) < row(other.get());
            case "below" -> row(one.get()) > row(other.get());
            case "left" -> column(one.get()) < column(other.get());
            case "right" -> column(one.get()) > column(other.get());
            default -> all.contains("above") ? row(one.get()) == row(other.get()) : column(one.get()) == column(other.get());
        };
    }

    private static int row(String place) {
        return Scene.PLACES.indexOf(place) / 3;
    }

    private static int column(String place) {
        return Scene.PLACES.indexOf(place) % 3;
    }

    /** The color or place of a kind, by the context if that tells of it, else by the picture. */
    private static Optional<String> word(String kind, String context, Scene scene, List<String> among) {
        for (String part : context.replace(".", "").replace(" and sits at", "").split(", | and ")) {
            List<String> words = List.of(part.split(" "));
            if (words.contains(kind)) {
                return words.stream().filter(among::contains).findFirst();
            }
        }
        return scene.things().stream().filter(thing -> thing.kind().equals(kind)).findFirst()
                .map(among == Scene.COLORS ? Thing::color : Thing::place);
    }

    private static Scene scene(Problem problem) {
        return problem.hasImage() ? scenes.get(problem.image()) : new Scene(List.of());
    }

    private static String rightChoice(Problem problem) {
        return problem.choices().get(problem.answer());
    }

    /** Whether every picture for which the words have an answer gives the same one. */
    private static boolean solvedByWords(Problem problem, Random random) {
        Set<String> answers = new HashSet<>();
        oracle(problem, problem.hint(), new Scene(List.of())).ifPresent(answers::add);
        for (int i = 0; i < TRIES; i++) {
            oracle(problem, problem.hint(), Scene.random(random)).ifPresent(answers::add);
        }
        return answers.size() == 1;
    }

    /** Whether every context of the same form gives the same answer with this picture. */
    private static boolean solvedByPicture(Problem problem, Random random) {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < TRIES; i++) {
            oracle(problem, other(problem.hint(), random), scene(problem)).ifPresent(answers::add);
        }
        return answers.size() == 1;
    }

    /** The context with other colors and places. */
    private static String other(String context, Random random) {
        for (List<String> words : List.of(Scene.COLORS, Scene.PLACES)) {
            context = Pattern.compile("(?<![\\w-])(" + String.join("|", words) + ")(?![\\w-])").matcher(context)
                    .replaceAll(found -> words.get(random.nextInt(words.size())));
        }
        return context;
    }

    @Test
    void everyProblemFollowsFromPictureAndTextTogether() {
        for (Problem problem : test) {
            assertEquals(Optional.of(rightChoice(problem)), oracle(problem, problem.hint(), scene(problem)),
                    problem.toString());
        }
    }

    @Test
    void twoInFiveNeedBothOneInFiveThePictureAndTheRestTheWordsAlone() {
        int both = 0;
        int picture = 0;
        int words = 0;
        Random random = new Random(3);
        for (Problem problem : test) {
            boolean byWords = solvedByWords(problem, random);
            boolean byPicture = problem.hasImage() && solvedByPicture(problem, random);
            both += !byWords && !byPicture ? 1 : 0;
            picture += !byWords && byPicture ? 1 : 0;
            words += byWords ? 1 : 0;
        }
        assertEquals(0.4, (double) both / test.size(), 0.05, "need both");
        assertEquals(0.2, (double) picture / test.size(), 0.05, "need the picture");
        assertEquals(0.4, (double) words / test.size(), 0.05, "need no picture");
    }

    @Test
    void noLetterIsRightMoreOftenThanItsShare() {
        for (int choices : new int[] {2, 3}) {
            List<Problem> some = test.stream().filter(p -> p.choices().size() == choices).collect(Collectors.toList());
            for (int letter = 0; letter < choices; letter++) {
                int own = letter;
                double share = (double) some.stream().filter(p -> p.answer() == own).count() / some.size();
                assertEquals(1.0 / choices, share, 0.1);
            }
        }
    }

    @Test
    void everyWordIsInTheVocabulary() {
        Set<String> vocabulary = new HashSet<>(TinyVocabulary.tokens());
        for (Problem problem : test) {
            for (ProblemFormat format : List.of(ProblemFormat.REASONING_FIRST, ProblemFormat.ANSWER_FIRST)) {
                String text = (format.question(problem) + " " + format.answer(problem)).toLowerCase(java.util.Locale.ROOT);
                for (String word : text.replaceAll("([.,?])", " $1 ").replace("\n", " ").strip().split(" +")) {
                    assertTrue(vocabulary.contains(word), "\"" + word + "\" in: " + text);
                }
            }
        }
    }

    @Test
    void theSolverWithoutEyesIsRightWhereTheWordsDecide() {
        TinySolver solver = new TinySolver();
        AnswerParser parser = new AnswerParser(true);
        Random random = new Random(4);
        for (Problem problem : test) {
            String said = solver.answer(problem.withoutImage());
            if (solvedByWords(problem, random)) {
                assertEquals("the answer is " + "abc".charAt(problem.answer()) + ".", said, problem.toString());
            } else {
                assertTrue(!said.startsWith("the answer is"), "it can only suppose: " + problem);
            }
            assertTrue(parser.choice(said, problem.choices().size()).isPresent() || said.equals("i cannot tell."));
        }
    }

    @Test
    void theShippedFilesAreThoseThatTheCommandWrites(@TempDir Path out) throws IOException {
        ScienceWriter.write(SHIPPED, out, 1, 2000, 100, 400);
        for (String name : List.of("problems.json", "pid_splits.json")) {
            assertArrayEquals(Files.readAllBytes(SHIPPED.resolve("science").resolve(name)),
                    Files.readAllBytes(out.resolve(name)), name);
        }
    }

    @Test
    void noProblemIsAskedAboutAPictureWithAHeldOutPair(@TempDir Path world) {
        for (String folder : List.of("train", "validation", "held-out")) {
            WorldWriter.write(world.resolve(folder), folder.length(), 40);
        }
        ScienceWriter.write(world, world.resolve("science"), 5, 60, 20, 20);
        for (String split : List.of("train", "val", "test")) {
            for (Problem problem : ProblemFiles.open(world.resolve("science"), world).split(split)) {
                if (problem.hasImage()) {
                    Path image = world.resolve(problem.image());
                    assertTrue(!SceneFile.read(image.getParent().getParent().resolve("scenes.json"))
                            .get(image.getFileName().toString()).heldOut(), problem.toString());
                }
            }
        }
    }
}
