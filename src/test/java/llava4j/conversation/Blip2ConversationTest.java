package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import llava4j.Fixtures;
import llava4j.conversation.Conversation.Turn;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.PictureMarks;
import llava4j.support.TinyModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A conversation with a BLIP-2")
class Blip2ConversationTest {

    private static final int QUERIES = 3;

    private final Tokenizer tokenizer = Tokenizer.open(Fixtures.path("chat/zephyr"));
    private final int image = tokenizer.idOf(Conversation.IMAGE);
    private final LlavaConfig config = LlavaConfig.of(TinyModel.VISION, "linear", TinyModel.DECODER.withVocabularySize(1000))
            .withImageTokenId(image).withEosTokenIds(List.of(tokenizer.idOf(tokenizer.endText())))
            .withMarks(PictureMarks.BEFORE_THE_TEXT);

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private ConversationEncoder encoder(Template template) {
        return new ConversationEncoder(tokenizer, template, "", MarkedText.of(tokenizer, config), QUERIES);
    }

    /** As transformers' processor makes it: the picture's tokens, then the text with the token that begins it. */
    private int[] processed(String text) {
        return IntStream.concat(IntStream.generate(() -> image).limit(QUERIES), Arrays.stream(tokenizer.encode(text, true)))
                .toArray();
    }

    @Test
    @DisplayName("is asked as BLIP-2's authors ask it, its picture before the token that begins the text")
    void question() {
        assertArrayEquals(processed("Question: What is it? Answer:"),
                encoder(Template.BLIP2).prompt(List.of(new Turn("<image>\nWhat is it?", null))));
    }

    @Test
    @DisplayName("is the same prompt that generate reads when it is written out")
    void written() {
        assertArrayEquals(MarkedText.of(tokenizer, config).prompt("Question: What is it? Answer:", 1, QUERIES),
                encoder(Template.BLIP2).prompt(List.of(new Turn("What is it?\n<image>", null))));
    }

    @Test
    @DisplayName("goes on with the earlier answers as sentences")
    void secondQuestion() {
        assertArrayEquals(processed("Question: What is it? Answer: a ball. Question: And that? Answer: A car! "
                        + "Question: Where? Answer:"),
                encoder(Template.BLIP2).prompt(List.of(new Turn("<image>\nWhat is it?", "a ball"), new Turn("And that?", "A car!"),
                        new Turn("Where?", null))));
    }

    @ParameterizedTest
    @EnumSource(value = Template.class, names = {"PLAIN", "V1", "ZEPHYR"})
    @DisplayName("has its picture before the text in every other template too, and no token of it in the text or learned")
    void otherTemplates(Template template) {
        SupervisedTokens tokens = encoder(template).encode(new Conversation("sample", List.of("1.png"),
                List.of(new Turn("<image>\nWhat is it?", "a ball"))));
        assertEquals(QUERIES, tokens.count(image));
        for (int t = 0; t < QUERIES; t++) {
            assertEquals(image, tokens.ids()[t]);
            assertEquals(LossGraph.IGNORED, tokens.labels()[t]);
        }
    }

    @Test
    @DisplayName("teaches the last answer and the token that ends it")
    void learned() {
        SupervisedTokens tokens = encoder(Template.BLIP2).encode(new Conversation("sample", List.of("1.png"),
                List.of(new Turn("<image>\nWhat is it?", "a ball"), new Turn("Where?", "at top"))));
        int[] scored = Arrays.stream(tokens.labels()).filter(label -> label != LossGraph.IGNORED).toArray();
        assertArrayEquals(tokenizer.encode("at top" + tokenizer.endText(), false), scored);
    }
}
