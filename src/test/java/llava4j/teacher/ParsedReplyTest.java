package llava4j.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llava4j.conversation.Conversation.Turn;
import llava4j.endpoint.Message;
import llava4j.teacher.Teacher.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedReplyTest {

    private static final Set<String> CATEGORIES = Set.of("person", "dog", "cat", "bus", "bench", "sports ball");
    /** Two dogs on the left, a bus above and right of a bench. */
    private static final AnnotatedPicture PICTURE = new AnnotatedPicture(1, "1.jpg", List.of("Dogs and a ball near a bus."),
            List.of(new Box("dog", 0, .1, .2, .3, false), new Box("dog", 0, .7, .2, .9, false),
                    new Box("bus", .7, 0, 1, .3, false), new Box("bench", .4, .7, .6, .9, false)));

    @Test
    @DisplayName("blocks of question and answer between lines of === become turns")
    void blocks() {
        assertEquals(List.of(new Turn("Who is there?", "Two dogs."), new Turn("Where?", "By a bus,\nasleep.")),
                parsed(InstructionKind.CONVERSATION, "Question:\nWho is there?\n===\nAnswer:\nTwo dogs.\r\n===\n"
                        + "Question: Where?\n=====\nAnswer:\nBy a bus,\nasleep.\n").turns());
    }

    @ParameterizedTest
    @DisplayName("a reply in any other form does not parse")
    @ValueSource(strings = {"Two dogs.", "Question:\nWho?\n===\nAnswer:\nDogs.\n===\nQuestion:\nWhere?",
        "Question:\nWho?\nAnswer:\nDogs.", "Answer:\nDogs.\n===\nQuestion:\nWho?", "Question:\n\n===\nAnswer:\nDogs.",
        "Here it is:\nQuestion:\nWho?\n===\nAnswer:\nDogs.", "Question:\n<image> Who?\n===\nAnswer:\nDogs.",
        "Question:\nWho?\n===\nAnswer:\nDogs.\n===\nQuestion:\nWhere?\nAnswer:\nHere.\n===\nAnswer:\nThere."})
    void otherForms(String text) {
        assertEquals(Fault.FORM, parsed(InstructionKind.CONVERSATION, text).fault());
    }

    @ParameterizedTest(name = "a conversation of {0} turns: in order {1}")
    @CsvSource({"1, false", "2, true", "5, true", "6, false"})
    void turns(int turns, boolean inOrder) {
        String block = "Question:\nWho?\n===\nAnswer:\nDogs.";
        ParsedReply parsed = parsed(InstructionKind.CONVERSATION, String.join("\n===\n", List.of(block, block, block, block,
                block, block).subList(0, turns)));
        assertEquals(inOrder ? null : Fault.TURNS, parsed.fault());
    }

    @ParameterizedTest
    @DisplayName("a description that names its source is left out")
    @ValueSource(strings = {"As the caption says, dogs.", "The bounding boxes show dogs.", "A dog at [0.100, 0.200].",
        "Going by the coordinates, left.", "From the provided description, dogs.", "According to the boxes, dogs."})
    void source(String text) {
        assertEquals(Fault.SOURCE, parsed(InstructionKind.DETAIL, text).fault());
    }

    @ParameterizedTest
    @DisplayName("what the boxes deny is left out")
    @ValueSource(strings = {"There are three dogs.", "There is one dog in the picture.", "There is no bus.", "There is a cat.",
        "There are two people near the bus.", "The bus is left of the bench.", "The bench is above the bus.",
        "Yes, there are 12 benches here.", "The bus sits at bottom-left.", "At top is a red bus.", "There are five things."})
    void denied(String text) {
        assertEquals(Fault.BOXES, parsed(InstructionKind.DETAIL, text).fault());
    }

    @ParameterizedTest
    @DisplayName("what the boxes bear out, and what they say nothing of, is kept")
    @ValueSource(strings = {"There are two dogs.", "There is a dog on the left.", "There is no cat.", "There is a big dog park.",
        "There are no dogs on the bench.", "The bus is to the right of the bench.", "The bus is above the bench.",
        "A pizza lies in its box.", "The bus sits at top-right.", "There are four things.", "There is a sports ball, or two."})
    void kept(String text) {
        AnnotatedPicture told = new AnnotatedPicture(1, "1.jpg", List.of("A sports ball and dogs."), PICTURE.boxes());
        Request request = Request.of(told, InstructionKind.DETAIL, 0, false, 0);
        assertNull(ParsedReply.of(new Reply(text, true), request, "Tell.", new BoxCheck(CATEGORIES)).fault());
    }

    @ParameterizedTest(name = "the examples shown to the teacher for {0} pass the checks themselves")
    @EnumSource
    void examples(InstructionKind kind) {
        List<Message> messages = TeacherPrompt.messages(kind, "the query");
        assertEquals("system", messages.get(0).role());
        assertEquals(kind == InstructionKind.CONVERSATION ? 6 : 8, messages.size());
        assertEquals(new Message("user", "the query"), messages.get(messages.size() - 1));
        for (int i = 1; i + 1 < messages.size(); i += 2) {
            AnnotatedPicture picture = picture(messages.get(i).content());
            assertEquals(kind.withBoxes, !picture.boxes().isEmpty());
            assertEquals(messages.get(i).content(), picture.context(true));
            Set<String> categories = new HashSet<>(CATEGORIES);
            picture.boxes().forEach(box -> categories.add(box.category()));
            ParsedReply parsed = ParsedReply.of(new Reply(messages.get(i + 1).content(), true),
                    Request.of(picture, kind, 0, false, 0), "Tell.", new BoxCheck(categories));
            assertNull(parsed.fault(), messages.get(i + 1).content());
        }
    }

    @Test
    @DisplayName("the rule teacher says nothing of a picture whose captions and boxes do not tell one scene")
    void ruleTeacherUnderstandsAllOrNothing() {
        Box left = new Box("cat", 0, 1 / 3.0, 1 / 3.0, 2 / 3.0, false);
        Box right = new Box("cat", 2 / 3.0, 1 / 3.0, 1, 2 / 3.0, false);
        String told = "the cat is red and sits at left.";
        assertEquals("there is one thing. at left is a red cat.", said(List.of(told), List.of(left)));
        assertEquals("", said(List.of(told), List.of(right)));
        assertEquals("", said(List.of(told), List.of(left, right)));
        assertEquals("", said(List.of(told, "the blue cat sits at left."), List.of(left)));
        assertEquals("", said(List.of("a picture of a red cat."), List.of(left)));
        assertEquals("", said(List.of("A cat asleep on a couch."), List.of(left)));
    }

    private static String said(List<String> captions, List<Box> boxes) {
        return new RuleTeacher().answer(Request.of(new AnnotatedPicture(1, "1.png", captions, boxes), InstructionKind.DETAIL,
                0, false, 0)).orElseThrow().text();
    }

    private static ParsedReply parsed(InstructionKind kind, String text) {
        ParsedReply parsed = ParsedReply.of(new Reply(text, true), Request.of(PICTURE, kind, 0, false, 0), "Tell.",
                new BoxCheck(CATEGORIES));
        assertTrue(parsed.fault() == null || parsed.turns().isEmpty());
        return parsed;
    }

    private static AnnotatedPicture picture(String context) {
        String[] parts = context.split("\n\n");
        List<Box> boxes = new ArrayList<>();
        for (String line : parts.length > 1 ? parts[1].split("\n") : new String[0]) {
            String[] numbers = line.replaceAll(".*\\[|\\]", "").split(", ");
            boxes.add(new Box(line.substring(0, line.indexOf(':')), Double.parseDouble(numbers[0]),
                    Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]), Double.parseDouble(numbers[3]), false));
        }
        return new AnnotatedPicture(1, "1.jpg", List.of(parts[0].split("\n")), boxes);
    }
}
