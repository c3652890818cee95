package llava4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llava4j.conversation.Conversation;
import llava4j.error.UserError;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Captions in COCO's format, {@code {images: [{id, file_name}], annotations: [{id, image_id, caption}]}}, as the one-turn
 * conversations of stage 1: the instruction is the picture alone, the answer its caption (paper, section 4.2).
 */
final class CocoCaptions {

    private CocoCaptions() {
    }

    /**
     * One record a caption, in the form of {@link ConversationRecordReader}.
     *
     * @throws UserError if an annotation names a picture that the file does not list
     */
    static List<List<Writable>> records(Path file, JsonNode root) {
        Map<Long, String> names = new HashMap<>();
        for (JsonNode image : root.get("images")) {
            names.put(image.path("id").asLong(), image.path("file_name").asText());
        }
        List<List<Writable>> records = new ArrayList<>();
        for (JsonNode annotation : root.get("annotations")) {
            String name = names.get(annotation.path("image_id").asLong(-1));
            if (name == null || !annotation.path("caption").isTextual()) {
                throw UserError.of("%s: annotation %s needs a \"caption\" and the \"image_id\" of a listed image", file,
                        annotation.path("id").asText("?"));
            }
            records.add(List.of(new Text("caption-" + annotation.path("id").asText()), new Text(name),
                    new Text(Conversation.IMAGE), new Text(annotation.get("caption").asText())));
        }
        return records;
    }
}
