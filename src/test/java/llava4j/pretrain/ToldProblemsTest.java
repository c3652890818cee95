package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.model.LossGraph;
import org.junit.jupiter.api.Test;

/** The problems in words from which the decoder learns to read them. */
class ToldProblemsTest {

    private static final Tokenizer TOKENIZER = Tokenizer.open(Path.of("tiny-data/pretrained/vicuna"));
    private static final int TEXTS = 300;

    private static ToldProblems problems(ProblemFormat format) {
        return new ToldProblems(format, TOKENIZER, new ConversationEncoder(TOKENIZER, Template.V1, "", -1, 0));
    }

    private static String words(SupervisedTokens text) {
        return TOKENIZER.decode(text.ids(), false);
    }

    private static List<String> drawn(ProblemFormat format) {
        Random random = new Random(1);
        ToldProblems problems = problems(format);
        return IntStream.range(0, TEXTS).mapToObj(i -> words(problems.draw(random, 0))).collect(Collectors.toList());
    }

    @Test
    void aProblemAboutAPictureHasTheSceneToldInItsPlace() {
        List<String> maps = drawn(ProblemFormat.REASONING_FIRST).stream()
                .filter(text -> text.contains("options:") && text.contains("empty")).collect(Collectors.toList());
        assertTrue(maps.size() > TEXTS / 5, "maps: " + maps.size());
        for (String text : maps) {
            String map = text.substring(text.indexOf("user:") + 5, text.indexOf('\n')).strip();
            assertEquals(9, map.split(" ").length, "one word for each place, as there is one image token: " + map);
        }
    }

    @Test
    void theLetterThatIsAnsweredIsTheLastOneThatWasLookedAt() {
        int found = 0;
        for (String text : drawn(ProblemFormat.REASONING_FIRST)) {
            Matcher end = Pattern.compile("\\((\\w)\\) [^()]*, yes\\. the answer is (\\w)\\.").matcher(text);
            if (end.find()) {
                assertEquals(end.group(1), end.group(2), text);
                found++;
            }
        }
        assertTrue(found > TEXTS / 2, "three in four are problems: " + found);
    }

    @Test
    void whatIsAskedIsGivenAndWhatIsAnsweredIsLearned() {
        SupervisedTokens text = problems(ProblemFormat.ANSWER_FIRST).draw(new Random(3), 0);
        int[] learned = IntStream.range(0, text.ids().length)
                .filter(t -> text.labels()[t] != LossGraph.IGNORED).map(t -> text.ids()[t]).toArray();
        String answer = TOKENIZER.decode(learned, false);
        assertTrue(answer.startsWith("the answer is"), answer);
        assertFalse(answer.contains("options:"), answer);
        assertTrue(Arrays.stream(learned).noneMatch(id -> id == WordTokenizer.UNKNOWN), answer);
    }

    @Test
    void theTextsOfAStepDependOnStepAndSeedAlone() {
        GroupedTexts straight = new GroupedTexts(problems(ProblemFormat.REASONING_FIRST), 4, 5);
        GroupedTexts resumed = new GroupedTexts(problems(ProblemFormat.REASONING_FIRST), 4, 5);
        straight.at(0);
        straight.at(9);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(straight.at(10).get(i).ids(), resumed.at(10).get(i).ids());
        }
        GroupedTexts other = new GroupedTexts(problems(ProblemFormat.REASONING_FIRST), 4, 6);
        assertFalse(Arrays.equals(straight.at(10).get(0).ids(), other.at(10).get(0).ids()));
    }
}
