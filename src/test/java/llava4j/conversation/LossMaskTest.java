package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.model.LossGraph;
import llava4j.pretrain.TinyVocabulary;
import llava4j.pretrain.WordTokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The loss mask")
class LossMaskTest {

    private static final int PATCHES = 3;
    private static final List<Turn> TWO_TURNS = List.of(
            new Turn("<image>\nwhat color is the ball?", "the ball is red."),
            new Turn("where is the ball?", "the ball sits at top."));

    @TempDir
    static Path folder;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        TinyVocabulary.write(folder, false, 256);
        tokenizer = Tokenizer.open(folder);
    }

    private static ConversationEncoder encoder(Template template, String system) {
        return new ConversationEncoder(tokenizer, template, system, WordTokenizer.IMAGE, PATCHES);
    }

    private static SupervisedTokens encode(Template template, List<Turn> turns) {
        return encoder(template, "").encode(new Conversation("sample-5", List.of("1.png"), turns));
    }

    /** The scored tokens as words, in runs of neighbours. */
    private static List<String> learned(SupervisedTokens tokens) {
        List<String> runs = new ArrayList<>();
        boolean open = false;
        for (int t = 0; t < tokens.ids().length; t++) {
            boolean scored = tokens.labels()[t] != LossGraph.IGNORED;
            if (scored) {
                assertEquals(tokens.ids()[t], tokens.labels()[t], "a label is the token's own id");
                String word = TinyVocabulary.tokens().get(tokens.ids()[t]);
                runs.add(open ? runs.remove(runs.size() - 1) + " " + word : word);
            }
            open = scored;
        }
        return runs;
    }

    @Test
    @DisplayName("of v1 scores each answer and its </s>, and nothing that the user or the template says")
    void v1() {
        assertEquals(List.of("the ball is red . </s>", "the ball sits at top . </s>"),
                learned(encode(Template.V1, TWO_TURNS)));
    }

    @Test
    @DisplayName("of v0 scores each answer with the ### that ends it, which begins the next human turn")
    void v0() {
        List<String> learned = learned(encode(Template.V0, TWO_TURNS));
        assertEquals("### human:", learned.get(0), "the first two tokens of a human turn");
        assertEquals("### assistant: the ball is red . \n ### human:", learned.get(1));
        assertEquals("### assistant: the ball sits at top . \n ###", learned.get(2));
        assertEquals(3, learned.size());
    }

    @Test
    @DisplayName("of plain scores the caption and the line break behind it; the instruction is dropped")
    void plain() {
        SupervisedTokens tokens = encode(Template.PLAIN, List.of(new Turn("<image>\ntell me everything you see.",
                "a picture of a red ball.")));
        assertEquals(List.of("a picture of a red ball . \n"), learned(tokens));
        assertEquals(1 + PATCHES + 8, tokens.ids().length, "<s>, the picture, the caption");
    }

    @Test
    @DisplayName("never scores an image token: one <image> stands for all of the picture's")
    void imageTokens() {
        SupervisedTokens tokens = encode(Template.V1, TWO_TURNS);
        int images = 0;
        for (int t = 0; t < tokens.ids().length; t++) {
            if (tokens.ids()[t] == WordTokenizer.IMAGE) {
                images++;
                assertEquals(LossGraph.IGNORED, tokens.labels()[t]);
            }
        }
        assertEquals(PATCHES, images);
    }

    @ParameterizedTest
    @EnumSource(value = Template.class, names = {"V0", "V1"})
    @DisplayName("belongs to a text that begins with the prompt of each turn: what is learned is what will be asked for")
    void aPromptIsTheBeginningOfTheSample(Template template) {
        ConversationEncoder encoder = encoder(template, "a picture.");
        int[] sample = encoder.encode(new Conversation("sample-5", List.of("1.png"), TWO_TURNS)).ids();
        for (int turn = 0; turn < 2; turn++) {
            List<Turn> asked = new ArrayList<>(TWO_TURNS.subList(0, turn));
            asked.add(new Turn(TWO_TURNS.get(turn).human(), null));
            int[] prompt = encoder.prompt(asked);
            for (int t = 0; t < prompt.length; t++) {
                assertEquals(prompt[t], sample[t], "turn " + turn + ", token " + t);
            }
        }
    }

    @Test
    @DisplayName("cannot be empty: a sample that would teach nothing is refused by name")
    void nothingSupervised() {
        for (String answer : new String[] {null, "", "  "}) {
            assertRefused("sample-5", encoder(Template.V1, ""), List.of("1.png"),
                    List.of(new Turn("<image>\nwhat color is the ball?", answer)));
        }
    }

    @Test
    @DisplayName("needs as many <image> as pictures; a sample with more or fewer is refused by name")
    void imageCount() {
        assertRefused("0 <image> in the text but 1 picture", encoder(Template.V1, ""), List.of("1.png"),
                List.of(new Turn("what color is the ball?", "red.")));
        assertRefused("2 <image> in the text but 1 picture", encoder(Template.V1, ""), List.of("1.png"),
                List.of(new Turn("<image> <image> what color is the ball?", "red.")));
        assertRefused("1 <image> in the text but 0 picture", encoder(Template.V1, ""), List.of(),
                List.of(new Turn("<image>\nwhat color is the ball?", "red.")));
    }

    private static void assertRefused(String part, ConversationEncoder encoder, List<String> images, List<Turn> turns) {
        UserError error = assertThrows(UserError.class, () -> encoder.encode(new Conversation("sample-5", images, turns)));
        assertTrue(error.getMessage().contains("sample-5") && error.getMessage().contains(part), error.getMessage());
    }
}
