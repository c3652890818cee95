package llava4j.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import llava4j.conversation.Conversation.Turn;

/**
 * The templates of chat models, to the character as their {@code chat_template} writes them for transformers.
 *
 * <p>{@code chatml} (SmolLM2, Qwen), {@code llama2} (LLaMA 2 chat), {@code llama3} (LLaMA 3 instruct), {@code zephyr}
 * (TinyLlama chat). The answer and the token that ends it are learned; roles and line breaks are given. What one would get
 * wrong: LLaMA's two take the spaces off the ends of what is said, the other two do not.
 */
final class ChatMarkup {

    /** What Python's {@code strip} takes off, which is more than Java's. */
    private static final Pattern OUTER_SPACES = Pattern.compile("^[\\s\\x1c-\\x1f]+|[\\s\\x1c-\\x1f]+$",
            Pattern.UNICODE_CHARACTER_CLASS);

    private ChatMarkup() {
    }

    static List<Segment> chatml(String system, List<Turn> turns) {
        return lined(system, turns, "<|im_start|>", "\n", "<|im_end|>");
    }

    static List<Segment> zephyr(String system, List<Turn> turns, String end) {
        return lined(system, turns, "<|", "|>\n", end);
    }

    /**
     * A heading with the role, between {@code before} and {@code after}, on a line of its own, and an end token with a line break
     * after every message.
     */
    private static List<Segment> lined(String system, List<Turn> turns, String before, String after, String end) {
        List<Segment> segments = new ArrayList<>();
        if (!system.isEmpty()) {
            segments.add(Segment.given(before + "system" + after + system + end + "\n"));
        }
        for (Turn turn : turns) {
            segments.add(Segment.given(before + "user" + after + turn.human() + end + "\n" + before + "assistant" + after));
            if (turn.gpt() != null) {
                segments.add(Segment.learned(turn.gpt() + end));
                segments.add(Segment.given("\n"));
            }
        }
        return segments;
    }

    static List<Segment> llama2(String system, List<Turn> turns, String begin, String end) {
        List<Segment> segments = new ArrayList<>();
        String before = system.isEmpty() ? "" : "<<SYS>>\n" + system + "\n<</SYS>>\n\n";
        for (Turn turn : turns) {
            segments.add(Segment.given(begin + "[INST] " + stripped(before + turn.human()) + " [/INST]"));
            if (turn.gpt() != null) {
                segments.add(Segment.learned(" " + stripped(turn.gpt()) + " " + end));
            }
            before = "";
        }
        return segments;
    }

    static List<Segment> llama3(String system, List<Turn> turns, String begin) {
        String before = "<|start_header_id|>";
        String after = "<|end_header_id|>\n\n";
        String end = "<|eot_id|>";
        List<Segment> segments = new ArrayList<>();
        segments.add(Segment.given(begin));
        if (!system.isEmpty()) {
            segments.add(Segment.given(before + "system" + after + stripped(system) + end));
        }
        for (Turn turn : turns) {
            segments.add(Segment.given(before + "user" + after + stripped(turn.human()) + end
                    + before + "assistant" + after));
            if (turn.gpt() != null) {
                segments.add(Segment.learned(stripped(turn.gpt()) + end));
            }
        }
        return segments;
    }

    private static String stripped(String text) {
        return OUTER_SPACES.matcher(text).replaceAll("");
    }
}
