package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.MarkedText;

/**
 * A conversation out of a request's {@code messages}: a system message or none, then question and answer in turn.
 *
 * <p>A picture stands before the words of its question, as in every conversation that the model was tuned on, wherever the
 * client has put it among them. What one would get wrong: a {@code <image>} that is written in a text would take the place of
 * a picture that nobody sent.
 *
 * @param system   instead of the model's own system message, or {@code null}
 * @param turns    questions with their answers; the last answer may be missing
 * @param pictures files, in the order of the conversation
 */
record Messages(String system, List<Turn> turns, List<byte[]> pictures) {

    /**
     * @param list     {@code messages}
     * @param answered whether the last message must be an answer, as where it is looked at, or a question
     * @param source   of pictures
     */
    static Messages of(JsonNode list, boolean answered, PictureSource source) {
        if (!list.isArray() || list.isEmpty()) {
            throw ApiError.invalid("messages", "need a list of messages with at least one question");
        }
        String system = null;
        List<Turn> turns = new ArrayList<>();
        List<byte[]> pictures = new ArrayList<>();
        String question = null;
        for (int i = 0; i < list.size(); i++) {
            JsonNode message = list.get(i);
            String at = "messages[" + i + "]";
            switch (message.path("role").asText()) {
                case "system", "developer" -> {
                    requireTurn(i == 0, at, "a system message stands first");
                    system = text(message.path("content"), at);
                }
                case "user" -> {
                    requireTurn(question == null, at, "two questions one after another: put them into one message");
                    question = question(message.path("content"), at, source, pictures);
                }
                case "assistant" -> {
                    requireTurn(question != null, at, "an answer comes after a question");
                    turns.add(new Turn(question, text(message.path("content"), at)));
                    question = null;
                }
                default -> throw ApiError.invalid(at + ".role", "need system, developer, user or assistant");
            }
        }
        if (answered == (question != null)) {
            throw ApiError.invalid("messages", "the last message must be " + (answered ? "an answer" : "a question, of role user"));
        }
        if (question != null) {
            turns.add(new Turn(question, null));
        }
        return new Messages(system, turns, pictures);
    }

    private static void requireTurn(boolean itsTurn, String at, String message) {
        if (!itsTurn) {
            throw ApiError.invalid(at + ".role", message);
        }
    }

    private static String question(JsonNode content, String at, PictureSource source, List<byte[]> pictures) {
        if (!content.isArray()) {
            return text(content, at);
        }
        int before = pictures.size();
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i).path("type").asText().equals("image_url")) {
                String param = at + ".content[" + i + "].image_url";
                JsonNode url = content.get(i).path("image_url").path("url");
                if (!url.isTextual()) {
                    throw ApiError.invalid(param, "need {\"url\": \"data:image/png;base64,..\"}");
                }
                pictures.add(source.bytes(url.asText(), param));
            }
        }
        return (Conversation.IMAGE + "\n").repeat(pictures.size() - before) + text(content, at);
    }

    /** The words of a message: a text, or the texts among its parts, each on a line of its own. */
    private static String text(JsonNode content, String at) {
        String text;
        if (content.isTextual()) {
            text = content.asText();
        } else if (content.isArray()) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < content.size(); i++) {
                String type = content.get(i).path("type").asText();
                if (type.equals("text") && content.get(i).path("text").isTextual()) {
                    texts.add(content.get(i).get("text").asText());
                } else if (!type.equals("image_url")) {
                    throw ApiError.invalid(at + ".content[" + i + "].type", "need a text or an image_url");
                }
            }
            text = String.join("\n", texts);
        } else {
            throw ApiError.invalid(at + ".content", "need a text, or a list of texts and pictures");
        }
        if (MarkedText.marks(text) > 0) {
            throw ApiError.invalid(at + ".content", "leave out <image>: a picture is sent as an image_url, and its place is "
                    + "before the words");
        }
        return text;
    }
}
