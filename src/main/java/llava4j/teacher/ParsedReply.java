package llava4j.teacher;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;

/**
 * A teacher's reply, taken apart and checked.
 *
 * <p>The form is the one that the paper's prompts ask for: {@code Question:} and {@code Answer:} blocks between lines of
 * {@code ===}; a description is the answer alone. Nothing is mended: a reply that is not wholly in that form, that names
 * its source (the student will have a picture and no captions), or that says what the boxes deny, is left out and counted.
 *
 * @param turns questions and answers, empty if there is a fault
 * @param fault what is wrong with it, or {@code null}
 */
record ParsedReply(List<Turn> turns, Fault fault) {

    private static final Pattern DIVIDER = Pattern.compile("(?m)^[ \\t]*={3,}[ \\t]*$");
    private static final Pattern SOURCE = Pattern.compile("(?i)\\bcaptions?\\b|\\bbounding[ -]box|\\bcoordinates?\\b"
            + "|\\bannotat|\\b(?:according to|based on|given) the (?:\\w+ )?box(?:es)?\\b"
            + "|\\b(?:given|provided) (?:text|descriptions?|information|context)\\b|\\[\\s*[01]?\\.\\d");

    /**
     * @param descriptionQuestion what a description answers; not used for the other kinds
     */
    static ParsedReply of(Teacher.Reply reply, Request request, String descriptionQuestion, BoxCheck boxes) {
        String text = reply.text().replace("\r\n", "\n").strip();
        InstructionKind kind = request.kind();
        if (text.isEmpty()) {
            return faulty(Fault.EMPTY);
        }
        if (!reply.complete()) {
            return faulty(Fault.CUT_OFF);
        }
        List<Turn> turns = kind == InstructionKind.DETAIL ? description(text, descriptionQuestion) : blocks(text);
        if (turns.isEmpty() || text.contains(Conversation.IMAGE)) {
            return faulty(Fault.FORM);
        }
        if (turns.size() < kind.fewestTurns || turns.size() > kind.mostTurns) {
            return faulty(Fault.TURNS);
        }
        if (SOURCE.matcher(text).find()) {
            return faulty(Fault.SOURCE);
        }
        return turns.stream().allMatch(turn -> boxes.allows(turn.gpt(), request.picture()))
                ? new ParsedReply(turns, null) : faulty(Fault.BOXES);
    }

    private static ParsedReply faulty(Fault fault) {
        return new ParsedReply(List.of(), fault);
    }

    private static List<Turn> description(String text, String question) {
        return text.contains("Question:") || text.contains("Answer:") || DIVIDER.matcher(text).find() ? List.of()
                : List.of(new Turn(question, text));
    }

    /** The turns, or none if anything stands where it should not. */
    private static List<Turn> blocks(String text) {
        String[] blocks = DIVIDER.split(text);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i + 1 < blocks.length; i += 2) {
            String question = content(blocks[i], "Question:");
            String answer = content(blocks[i + 1], "Answer:");
            if (question.isEmpty() || answer.isEmpty()) {
                return List.of();
            }
            turns.add(new Turn(question, answer));
        }
        return blocks.length % 2 == 0 ? turns : List.of();
    }

    private static String content(String block, String label) {
        String stripped = block.strip();
        String content = stripped.startsWith(label) ? stripped.substring(label.length()).strip() : "";
        return content.contains("Question:") || content.contains("Answer:") ? "" : content;
    }
}
