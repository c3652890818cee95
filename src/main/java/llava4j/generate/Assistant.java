package llava4j.generate;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.StreamedText;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Answers the last question of a conversation, in the template that the model was tuned in.
 *
 * <p>It keeps nothing of what was said: the conversation comes as a prompt, and what was read of it before as a
 * {@link Memory}. One assistant can therefore speak in many conversations, one after another.
 */
public final class Assistant {

    private final Llava model;
    private final ConversationEncoder encoder;
    private final Generator generator;

    /**
     * An assistant that has not read anything yet.
     *
     * @param model answers
     */
    public Assistant(Llava model) {
        this.model = model;
        encoder = model.conversationEncoder();
        generator = new Generator(model.config(), model.weights());
    }

    /** Why an answer is over. */
    public enum End {
        /** The model said what ends an answer. */
        STOP,
        /** It has as many tokens as were wanted. */
        LENGTH,
        /** The model's context is full. */
        CONTEXT,
        /** Nobody wants the rest. */
        GIVEN_UP
    }

    /**
     * What was said, and what it took.
     *
     * @param text         without the end token and without spaces at its ends
     * @param promptTokens tokens of the prompt
     * @param knownTokens  of these, how many had been read before
     * @param tokens       new ones, the one that ends the answer among them
     * @param end          why it is over
     */
    public record Answer(String text, int promptTokens, int knownTokens, int tokens, End end) {
    }

    /** {@return the model that answers} */
    public Llava model() {
        return model;
    }

    /**
     * {@return token ids of a prompt that ends where the assistant is to speak; it may be longer than the model's context}
     *
     * @param turns  what was said so far; the last turn has no answer yet
     * @param system instead of the model's own system message, or {@code null}
     */
    public int[] prompt(List<Turn> turns, String system) {
        return (system == null ? encoder : encoder.withSystem(system)).prompt(turns);
    }

    /**
     * Answers.
     *
     * @param prompt   from {@link #prompt}
     * @param features of its pictures, or {@code null}; the same array as before where the pictures are the same
     * @param memory   of this conversation, and of no other
     * @param most     largest number of new tokens
     * @param sampler  chooses each token
     * @param stream   is given the answer piece by piece, as it is decoded
     * @param givenUp  whether nobody waits for the answer any more; asked after each token
     * @return the whole answer
     * @throws llava4j.error.UserError if the prompt leaves no room in the model's context
     */
    public Answer answer(int[] prompt, INDArray features, Memory memory, int most, Sampler sampler, Consumer<String> stream,
                         BooleanSupplier givenUp) {
        StreamedText text = new StreamedText(model.tokenizer(), encoder.stopText(), stream);
        boolean[] left = {false};
        int[] tokens = generator.generate(prompt, features, memory, most, sampler, new Generator.Listener() {
            @Override
            public void onToken(int row, int token) {
                text.add(token);
            }

            @Override
            public boolean ended(int row) {
                left[0] = givenUp.getAsBoolean();
                return left[0] || text.ended();
            }
        });
        text.finish();
        End end = text.ended() || generator.ended(tokens) ? End.STOP : left[0] ? End.GIVEN_UP
                : tokens.length == most ? End.LENGTH : End.CONTEXT;
        return new Answer(text.text(), prompt.length, memory.known(), tokens.length, end);
    }
}
