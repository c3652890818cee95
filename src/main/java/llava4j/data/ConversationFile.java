package llava4j.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llava4j.checkpoint.WholeFile;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;

/**
 * Writes LLaVA's data files, {@code [{id, image, conversations: [{from, value}]}]}, one sample a line: readable, and a
 * change shows as a change of that line.
 */
public final class ConversationFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ConversationFile() {
    }

    /**
     * Writes the samples in their order.
     *
     * @param file          replaced if it is there
     * @param conversations samples; without a picture there is no key {@code image}, with several it holds a list
     * @throws llava4j.error.UserError if the place cannot be written
     */
    public static void write(Path file, List<Conversation> conversations) {
        WholeFile.write(file, temporary -> {
            try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
                out.write("[\n");
                for (int i = 0; i < conversations.size(); i++) {
                    out.write(JSON.writeValueAsString(sample(conversations.get(i))));
                    out.write(i + 1 < conversations.size() ? ",\n" : "\n");
                }
                out.write("]\n");
            }
        });
    }

    private static ObjectNode sample(Conversation conversation) {
        ObjectNode sample = JSON.createObjectNode().put("id", conversation.id());
        if (conversation.images().size() == 1) {
            sample.put("image", conversation.images().get(0));
        } else if (!conversation.images().isEmpty()) {
            conversation.images().forEach(sample.putArray("image")::add);
        }
        ArrayNode turns = sample.putArray("conversations");
        for (Turn turn : conversation.turns()) {
            turns.addObject().put("from", "human").put("value", turn.human());
            turns.addObject().put("from", "gpt").put("value", turn.gpt());
        }
        return sample;
    }
}
