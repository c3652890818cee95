package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.SupervisedTokens;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;
import llava4j.image.ImageFile;
import llava4j.model.ForwardGraph;
import llava4j.model.Prompt;
import llava4j.model.TokenLoss;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("What the capstone exercise is held against")
class CapstoneReferenceTest {

    private final JsonNode reference = new ObjectMapper().readTree(new File("exercises/reference/e22.json"));
    private final Llava shipped = Llava.open(ShippedModel.DIRECTORY, Optional.of(ShippedModel.ENCODER));

    CapstoneReferenceTest() throws IOException {
    }

    @Test
    @DisplayName("are the answers that the project's own chat gives")
    void answers() {
        for (int i = 0; i < reference.path("questions").size(); i++) {
            Chat chat = new Chat(shipped);
            chat.show(picture(reference.path("pictures").path(i).asText()));
            String question = reference.path("questions").path(i).asText();
            assertEquals(reference.path("answers").path(i).asText(), chat.ask(question, 48, Sampler.greedy(), piece -> { }), question);
        }
    }

    @Test
    @DisplayName("are the project's own features, logits and loss")
    void numbers() {
        INDArray features = shipped.imageFeatures(List.of(ImageFile.read(picture(reference.path("picture").asText()))));
        same("features", features.getRow(4), 1e-4);
        SupervisedTokens tokens = shipped.conversationEncoder().encode(new Conversation("capstone", List.of("picture"), List.of(
                new Turn("<image>\n" + reference.path("question").asText(), reference.path("answer").asText()))));
        INDArray logits = new ForwardGraph(shipped.config(), shipped.weights(), 1, true)
                .logits(Prompt.padded(List.of(tokens.ids()), shipped.config().padTokenId(), true, features));
        same("logits", logits.slice(0).getRow(reference.path("row").asInt()), 1e-3);
        assertEquals(reference.path("loss").asDouble(), TokenLoss.of(logits, new int[][] {tokens.labels()}).mean().getDouble(0), 1e-4);
    }

    private void same(String name, INDArray numbers, double tolerance) {
        for (int i = 0; i < reference.path(name).size(); i++) {
            assertEquals(reference.path(name).path(i).asDouble(), numbers.getDouble(i), tolerance, name + ", " + i);
        }
    }

    private static Path picture(String name) {
        return Path.of("tiny-data/held-out/images", name + ".png");
    }
}
