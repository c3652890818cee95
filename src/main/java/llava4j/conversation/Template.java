package llava4j.conversation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;

/**
 * How a conversation is written as one text (paper, Table 2), and which parts of it are answers.
 *
 * <p>{@code v1}: {@code system USER: q ASSISTANT: a</s>USER: …} (Vicuna v1, the default); {@code v0}:
 * {@code system ### Human: q ### Assistant: a ###} (Vicuna v0, the paper's first models); {@code plain}: the picture and
 * its caption, no roles and no instruction (stage 1); {@code blip2}: {@code Question: q Answer: a}, BLIP-2's prompt for a
 * question. The other four are those of chat models that came after Vicuna ({@link ChatMarkup}). What one would get wrong: a
 * model answers well only in the template it was tuned in, down to the space before "ASSISTANT:".
 */
public enum Template {
    /** The picture and its caption, nothing else: stage 1. */
    PLAIN,
    /** Vicuna v0: roles after {@code ###}, which also ends an answer. */
    V0,
    /** Vicuna v1: {@code USER:} and {@code ASSISTANT:}, an answer ends with {@code </s>}. */
    V1,
    /** BLIP-2: {@code Question: … Answer:}; earlier answers end with a full stop, and the last one alone is learned. */
    BLIP2,
    /** SmolLM2, Qwen: {@code <|im_start|>role … <|im_end|>}. */
    CHATML("<|im_start|>", "<|im_end|>"),
    /** LLaMA 2 chat: {@code [INST] … [/INST]}, the system message inside the first question. */
    LLAMA2,
    /** LLaMA 3 instruct: {@code <|start_header_id|>role<|end_header_id|> … <|eot_id|>}. */
    LLAMA3("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    /** TinyLlama chat, Zephyr: {@code <|user|> … </s>}. */
    ZEPHYR;

    /** The system message of the reference code's {@code llava_v0} and {@code llava_v1}. */
    public static final String SYSTEM = "A chat between a curious human and an artificial intelligence assistant. "
            + "The assistant gives helpful, detailed, and polite answers to the human's questions.";

    private final List<String> specialTokens;

    Template(String... specialTokens) {
        this.specialTokens = List.of(specialTokens);
    }

    /**
     * {@return the template called {@code name}}
     *
     * @param name as in {@link #label}
     * @throws UserError if there is none
     */
    public static Template of(String name) {
        return Arrays.stream(values()).filter(t -> t.label().equals(name)).findFirst().orElseThrow(() ->
                UserError.of("unknown template \"%s\": choose one of %s", name, labels()));
    }

    /** The names of all, for messages. */
    static String labels() {
        return Arrays.stream(values()).map(Template::label).collect(Collectors.joining(", "));
    }

    /** {@return the name on the command line and in a model's configuration, in small letters} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the text that ends an answer where a token does not; empty where the end token does} */
    public String stopText() {
        return this == V0 ? "###" : "";
    }

    /** {@return the special tokens that a vocabulary must have for this template; none where words alone mark the roles} */
    public List<String> specialTokens() {
        return specialTokens;
    }

    /**
     * {@return whether this is a chat model's template, whose text names every special token itself, the one that begins it
     * too, and is tokenised as one; the others are Vicuna's, tokenised piece by piece as LLaVA does}
     */
    public boolean isChatMarkup() {
        return ordinal() >= CHATML.ordinal();
    }

    /**
     * {@return the text of the token that ends an answer}
     *
     * @param end the vocabulary's end-of-sequence token
     */
    public String endOfTurn(String end) {
        return specialTokens.isEmpty() ? end : specialTokens.get(specialTokens.size() - 1);
    }

    /** {@return the system message where nothing else is said: LLaVA's in Vicuna's templates, none in the others} */
    public String usualSystem() {
        return isChatMarkup() || this == BLIP2 ? "" : SYSTEM;
    }

    /**
     * The conversation in pieces, each with its part of the loss mask. The last turn's answer may be missing: then the
     * pieces end where the model is to speak.
     *
     * @param system the system message, may be empty
     * @param begin  the text of the token that begins a sequence, {@code <s>}; empty if there is none
     * @param end    the text of the token that ends one, {@code </s>}
     */
    List<Segment> segments(String system, List<Turn> turns, String begin, String end) {
        return switch (this) {
            case PLAIN -> plain(turns);
            case V0 -> v0(system, turns);
            case V1 -> v1(system, turns, end);
            case BLIP2 -> blip2(system, turns, end);
            case CHATML -> ChatMarkup.chatml(system, turns);
            case LLAMA2 -> ChatMarkup.llama2(system, turns, begin, end);
            case LLAMA3 -> ChatMarkup.llama3(system, turns, begin);
            case ZEPHYR -> ChatMarkup.zephyr(system, turns, end);
        };
    }

    private static List<Segment> plain(List<Turn> turns) {
        // The instruction is dropped, only its picture stays: W has to make the picture alone say the caption.
        List<Segment> segments = new ArrayList<>();
        segments.add(Segment.given(Conversation.IMAGE));
        if (turns.get(0).gpt() != null) {
            segments.add(Segment.learned(turns.get(0).gpt() + "\n"));
        }
        return segments;
    }

    private static List<Segment> v0(String system, List<Turn> turns) {
        List<Segment> segments = new ArrayList<>();
        segments.add(Segment.given(system.isEmpty() ? "" : system + "\n\n"));
        for (Turn turn : turns) {
            segments.add(new Segment("### Human: " + turn.human() + "\n", Segment.Supervised.FIRST_TWO));
            segments.add(turn.gpt() == null ? Segment.given("### Assistant:")
                    : Segment.learned("### Assistant: " + turn.gpt() + "\n"));
        }
        if (turns.get(turns.size() - 1).gpt() != null) {
            segments.add(Segment.learned("###"));
        }
        return segments;
    }

    private static List<Segment> v1(String system, List<Turn> turns, String end) {
        List<Segment> segments = new ArrayList<>();
        String before = system.isEmpty() ? "" : system + " ";
        for (Turn turn : turns) {
            segments.add(Segment.given(before + "USER: " + turn.human() + " ASSISTANT:"));
            if (turn.gpt() != null) {
                segments.add(Segment.learned(turn.gpt() + end));
            }
            before = "";
        }
        return segments;
    }

    private static List<Segment> blip2(String system, List<Turn> turns, String end) {
        List<Segment> segments = new ArrayList<>();
        StringBuilder given = new StringBuilder(system.isEmpty() ? "" : system + " ");
        for (Turn turn : turns.subList(0, turns.size() - 1)) {
            String stop = turn.gpt().matches("(?s).*[.!?]") ? " " : ". ";
            given.append("Question: ").append(turn.human()).append(" Answer: ").append(turn.gpt()).append(stop);
        }
        Turn last = turns.get(turns.size() - 1);
        segments.add(Segment.given(given + "Question: " + last.human() + " Answer:"));
        if (last.gpt() != null) {
            segments.add(Segment.learned(last.gpt() + end));
        }
        return segments;
    }
}
