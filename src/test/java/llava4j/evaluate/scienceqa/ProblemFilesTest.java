package llava4j.evaluate.scienceqa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import llava4j.error.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ScienceQA in its published layout, small and written by hand. */
class ProblemFilesTest {

    private static final String PROBLEMS = """
            {
              "4": {"question": "Which material is harder?", "choices": ["chalk", "granite"], "answer": 1,
                    "hint": "", "image": "image.png", "task": "closed choice", "grade": "grade4",
                    "subject": "natural science", "topic": "physics", "category": "Materials",
                    "skill": "Compare hardness", "lecture": "Some materials scratch others.",
                    "solution": "Granite scratches chalk.", "split": "train"},
              "7": {"question": "Which word is a noun?", "choices": ["run", "stone", "blue"], "answer": 1,
                    "hint": "A noun names a thing.", "image": null, "task": "closed choice", "grade": "grade9",
                    "subject": "language science", "topic": "grammar", "category": "Nouns", "skill": "Find nouns",
                    "lecture": "", "solution": "", "split": "test"}
            }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("problems.json"), PROBLEMS);
        Files.writeString(folder.resolve("pid_splits.json"), "{\"train\": [\"4\"], \"val\": [], \"test\": [\"7\"]}");
        Files.createDirectories(folder.resolve("images/train/4"));
        Files.write(folder.resolve("images/train/4/image.png"), new byte[0]);
    }

    private List<Problem> split(String name) {
        return ProblemFiles.open(folder, folder.resolve("images")).split(name);
    }

    @Test
    void aProblemHasItsPictureInTheFolderOfItsSplitAndId() {
        Problem problem = split("train").get(0);
        assertEquals("train/4/image.png", problem.image());
        assertEquals(4, problem.grade());
        assertFalse(problem.hasText());
        assertTrue(problem.hasImage());
        assertEquals("4", problem.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "val", "test", "minitrain", "minival", "minitest", "trainval"})
    void thePictureLiesInTheFolderOfTheSplitThatTheProblemNames(String asked) throws IOException {
        Files.writeString(folder.resolve("pid_splits.json"), "{\"" + asked + "\": [\"4\", \"7\"]}");
        assertEquals("train/4/image.png", split(asked).get(0).image());
        assertEquals(2, split(asked).size());
    }

    @ParameterizedTest(name = "{1} in place of {0}")
    @CsvSource(delimiter = '|', value = {"\"grade9\" | \"grade99999999999\"", "\"grade9\" | \"grade0\"", "\"grade9\" | 9",
        "\"choices\": [\"run\", \"stone\", \"blue\"] | \"choices\": [\"run\", 2, \"blue\"]",
        "\"image\": null, \"task\" | \"image\": \"a\\u0000.png\", \"task\"",
        "\"image\": null, \"task\" | \"image\": \"\\ud800.png\", \"task\"",
        "\"image\": null, \"task\" | \"image\": [\"a.png\"], \"task\"",
        "\"Which word is a noun?\" | 123456789012345678901234567890", "\"language science\" | \"alchemy\"",
        "\"A noun names a thing.\" | {}"})
    void aFieldOfTheWrongKindIsNamedWithItsProblem(String right, String wrong) throws IOException {
        assertTrue(PROBLEMS.contains(right), right);
        Files.writeString(folder.resolve("problems.json"), PROBLEMS.replace(right, wrong));
        String message = assertThrows(UserError.class, () -> split("test")).getMessage();
        assertTrue(message.contains("problems.json, problem 7"), message);
        assertEquals(1, split("train").size(), "the other split is whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "[]", "{\"4\": 1}", "{} {}", "{\"4\": {}, \"4\": {}}"})
    void aFileThatIsNoObjectOfProblemsIsRefusedByName(String text) throws IOException {
        Files.writeString(folder.resolve("problems.json"), text);
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("problems.json"));
        write();
        Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": 7}");
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("pid_splits.json"));
        Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": []}");
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("lists no problem"));
    }

    @Test
    void llava15IsAskedContextQuestionOptionsAndForTheLetterAlone() {
        assertEquals("<image>\nContext: N/A\nQuestion: Which material is harder?\nOptions: (A) chalk (B) granite\n"
                + "Answer with the option's letter from the given choices directly.",
                ProblemFormat.CQM.question(split("train").get(0)));
        assertEquals("B", ProblemFormat.CQM.answer(split("train").get(0)));
    }

    @Test
    void theQuestionIsAskedAsQuestionContextOptions() {
        assertEquals("<image>\nWhich material is harder?\nContext: N/A\nOptions: (A) chalk (B) granite",
                ProblemFormat.REASONING_FIRST.question(split("train").get(0)));
        assertEquals("Which word is a noun?\nContext: A noun names a thing.\nOptions: (A) run (B) stone (C) blue",
                ProblemFormat.REASONING_FIRST.question(split("test").get(0)));
    }

    @Test
    void theAnswerIsLectureSolutionAndLetterOrTheLetterFirst() {
        Problem problem = split("train").get(0);
        assertEquals("Some materials scratch others. Granite scratches chalk. The answer is B.",
                ProblemFormat.REASONING_FIRST.answer(problem));
        assertEquals("The answer is B. BECAUSE Some materials scratch others. Granite scratches chalk.",
                ProblemFormat.ANSWER_FIRST.answer(problem));
        assertEquals("The answer is B.", ProblemFormat.ANSWER_FIRST.answer(split("test").get(0)));
    }

    @Test
    void theParserReadsBothForms() {
        Problem problem = split("train").get(0);
        for (ProblemFormat format : ProblemFormat.values()) {
            assertEquals(OptionalInt.of(1), new AnswerParser(false).choice(format.answer(problem), 2));
        }
    }

    @Test
    void accuracyIsGroupedBySubjectContextAndGrade() {
        List<Problem> problems = List.of(split("train").get(0), split("test").get(0));
        Accuracy accuracy = Accuracy.of(problems, List.of(OptionalInt.of(1), OptionalInt.empty()));
        assertEquals(0.5, accuracy.average());
        assertEquals(1, accuracy.unanswered());
        assertEquals(List.of("NAT", "SOC", "LAN", "TXT", "IMG", "NO", "G1-6", "G7-12"),
                List.copyOf(accuracy.byGroup().keySet()));
        assertEquals(1.0, accuracy.byGroup().get("NAT"));
        assertEquals(0.0, accuracy.byGroup().get("LAN"));
        assertEquals(Double.NaN, accuracy.byGroup().get("SOC"));
        assertEquals(1.0, accuracy.byGroup().get("IMG"));
        assertEquals(0.0, accuracy.byGroup().get("TXT"));
        assertEquals(Double.NaN, accuracy.byGroup().get("NO"));
        assertEquals(1.0, accuracy.byGroup().get("G1-6"));
        assertEquals(0.0, accuracy.byGroup().get("G7-12"));
    }

    @Test
    void mistakesInTheFilesAreNamed() throws IOException {
        assertTrue(assertThrows(UserError.class, () -> split("minival")).getMessage().contains("[test, train, val]"));
        Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": [\"8\"]}");
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("no problem \"8\""));
        Files.writeString(folder.resolve("pid_splits.json"), "{\"test\": [\"7\"]}");
        Files.writeString(folder.resolve("problems.json"), PROBLEMS.replace("\"answer\": 1", "\"answer\": 3"));
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("problem 7"));
        Files.writeString(folder.resolve("problems.json"), "{\"4\": {");
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("line 1"));
        Files.delete(folder.resolve("problems.json"));
        assertTrue(assertThrows(UserError.class, () -> split("test")).getMessage().contains("no such file"));
    }
}
