package llava4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.Fixtures;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.image.ImageFile;
import llava4j.model.LlavaConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A chat")
class ChatTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("with a model of the original layout has a place for the picture, before and after the model is saved")
    void theOriginalLayout() throws IOException {
        Path directory = original();
        Llava model = Llava.open(directory, Optional.of(directory.resolve("vision_tower")));
        int[] prompt = model.conversationEncoder().prompt(List.of(new Turn("<image>\na box?", null)));
        assertEquals(model.config().imageTokens(),
                IntStream.of(prompt).filter(id -> id == LlavaConfig.IMAGE_TOKEN_INDEX).count());
        String answer = ask(model);

        model.save(folder.resolve("saved"));
        Llava saved = Llava.open(folder.resolve("saved"), Optional.empty());
        assertArrayEquals(prompt, saved.conversationEncoder().prompt(List.of(new Turn("<image>\na box?", null))));
        assertEquals(answer, ask(saved));
    }

    @Test
    @DisplayName("answers no question with <image> in it, and goes on after that")
    void noPlaceForAPictureInAQuestion() throws IOException {
        Llava model = Llava.open(copy("llava_mlp2x_gqa"), Optional.empty());
        Chat chat = new Chat(model);
        UserError error = assertThrows(UserError.class, () -> chat.ask("a <image>?", 3, Sampler.greedy(), piece -> { }));
        assertTrue(error.getMessage().startsWith("<image> in a question: leave it out"), error.getMessage());
        assertEquals(List.of(), chat.turns());
        chat.ask("a box?", 3, Sampler.greedy(), piece -> { });
        assertEquals(1, chat.turns().size());
    }

    @Test
    @DisplayName("tells an answer that was cut short because the context is full; a picture that cannot be shown takes nothing")
    void aFullContext() throws IOException {
        Llava model = Llava.open(copy("llama"), Optional.empty());
        Chat chat = new Chat(model);
        chat.ask("a", 1, Sampler.greedy(), piece -> { });
        assertFalse(chat.cutShort());
        UserError error = assertThrows(UserError.class, () -> chat.show(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB)));
        assertTrue(error.getMessage().contains("no vision encoder"), error.getMessage());
        assertEquals(1, chat.turns().size());
        model.weights().get("language_model.lm_head.weight").getRow(2).assign(0);       // </s> is never said
        chat.reset();
        chat.ask("a", 1000, Sampler.greedy(), piece -> { });
        assertTrue(chat.cutShort());
    }

    private static String ask(Llava model) {
        Chat chat = new Chat(model);
        chat.show(ImageFile.read(Fixtures.path("llava_linear/image0.png")));
        return chat.ask("a box?", 4, Sampler.greedy(), piece -> { });
    }

    /** The fixture as the original repository publishes a model: {@code <image>} is nowhere. */
    private Path original() throws IOException {
        Path to = copy("llava_linear");
        ObjectNode config = (ObjectNode) JSON.readTree(to.resolve("config.json").toFile());
        config.remove("image_token_index");
        JSON.writeValue(to.resolve("config.json").toFile(), config);
        ObjectNode rules = (ObjectNode) Fixtures.json("llava_linear/tokenizer.json");
        ((ArrayNode) rules.get("added_tokens")).remove(3);
        JSON.writeValue(to.resolve("tokenizer.json").toFile(), rules);
        return to;
    }

    /** Without a system message, which would fill the small contexts of the fixtures. */
    private Path copy(String fixture) throws IOException {
        Path from = Fixtures.path(fixture);
        Path to = folder.resolve(fixture);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        ObjectNode config = (ObjectNode) Fixtures.json(fixture + "/config.json");
        config.putObject("llava4j").put("system_prompt", "");
        JSON.writeValue(to.resolve("config.json").toFile(), config);
        return to;
    }
}
