package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Template;
import llava4j.error.UserError;
import llava4j.model.LossGraph;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The brief instructions of stage 1")
class BriefInstructionsTest {

    @TempDir
    static Path folder;

    private static Conversation caption(String id) {
        return new Conversation(id, List.of("a.png"), List.of(new Turn(Conversation.IMAGE, "a red tree.")));
    }

    private static List<String> drawn(long seed) {
        BriefInstructions requests = new BriefInstructions(seed);
        return IntStream.range(0, 400).mapToObj(i -> requests.asked(caption("caption-" + i)).turns().get(0).human()).toList();
    }

    @Test
    @DisplayName("are each one of the eleven, with the picture before or after it, and all of them occur")
    void oneOfTheList() {
        List<String> possible = new ArrayList<>();
        for (String request : BriefInstructions.ALL) {
            possible.addAll(List.of("<image>\n" + request, request + "\n<image>"));
        }
        assertEquals(22, possible.stream().distinct().count());
        assertEquals(possible.stream().sorted().toList(), drawn(3).stream().distinct().sorted().toList());
    }

    @Test
    @DisplayName("are the same for the same seed and sample, whatever is read before, and others for another seed")
    void seeded() {
        assertEquals(drawn(3), drawn(3));
        assertEquals(drawn(3).get(399), new BriefInstructions(3).asked(caption("caption-399")).turns().get(0).human());
        assertNotEquals(drawn(3), drawn(4));
    }

    @Test
    @DisplayName("leave a request alone that the data file brings along, and refuse what is no caption")
    void ofTheFile() {
        Conversation asked = new Conversation("a", List.of("a.png"), List.of(new Turn("What is it?\n<image>", "a red tree.")));
        assertSame(asked, new BriefInstructions(3).asked(asked));
        Conversation talk = new Conversation("b", List.of("a.png"), List.of(asked.turns().get(0), new Turn("And?", "no more.")));
        UserError refused = assertThrows(UserError.class, () -> new BriefInstructions(3).asked(talk));
        assertTrue(refused.getMessage().startsWith("sample b: "), refused.getMessage());
    }

    @Test
    @DisplayName("stand in the model's own template, where the caption and its end alone are learned")
    void learned() {
        SmallWorld world = SmallWorld.in(folder);
        Llava model = world.model();
        SampleRules brief = new SampleRules(SampleRules.TooLong.STOP, SampleRules.Missing.STOP, Optional.of(new BriefInstructions(3)));
        SampleCheck check = Stage.FEATURE_ALIGNMENT.check(model, world.file("captions.json"), Optional.of(world.images()), brief);
        List<Conversation> captions = ConversationRecordReader.all(world.file("captions.json"));
        assertEquals(captions.size(), check.set().samples());
        for (int i = 0; i < captions.size(); i++) {
            SupervisedTokens tokens = check.set().tokens(i);
            int[] learned = Arrays.stream(tokens.labels()).filter(label -> label != LossGraph.IGNORED).toArray();
            assertArrayEquals(model.tokenizer().encode(captions.get(i).turns().get(0).gpt() + "</s>", false), learned);
            assertEquals(model.config().imageTokens(), tokens.count(model.config().imageTokenId()));
        }
        assertThrows(UserError.class, () -> Stage.FEATURE_ALIGNMENT.check(model.withTemplate(Template.PLAIN),
                world.file("captions.json"), Optional.of(world.images()), brief));
    }
}
