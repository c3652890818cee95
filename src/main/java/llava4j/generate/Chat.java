package llava4j.generate;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.MarkedText;
import llava4j.error.UserError;
import llava4j.generate.Assistant.Answer;
import llava4j.generate.Assistant.End;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A conversation of several turns about a picture.
 *
 * <p>Each question goes to the model with everything said before it, in the template it was tuned in; the picture stands
 * in the first turn. The picture is encoded once, and what was read for one question is not read again for the next
 * ({@link Memory}).
 */
public final class Chat {

    private final Llava model;
    private final Assistant assistant;
    private final Memory memory = new Memory();
    private final List<Turn> turns = new ArrayList<>();
    private INDArray features;
    private boolean cutShort;

    /**
     * A conversation that begins with words alone; {@link #show} adds a picture.
     *
     * @param model answers in its own template
     */
    public Chat(Llava model) {
        this.model = model;
        this.assistant = new Assistant(model);
    }

    /**
     * Shows a picture and begins anew.
     *
     * @param image of any size; it stands in the next question
     * @throws UserError if the model has no eyes
     */
    public void show(BufferedImage image) {
        features = model.imageFeatures(List.of(image));
        turns.clear();
    }

    /**
     * Shows a picture file, read by the model's convention, and begins anew.
     *
     * @param file it stands in the next question
     * @throws UserError if the model has no eyes, or the file cannot be used; the conversation then goes on as it was
     */
    public void show(Path file) {
        features = model.imageFeaturesOf(List.of(file));
        turns.clear();
    }

    /** Forgets what was said; the picture stays. */
    public void reset() {
        turns.clear();
    }

    /**
     * Asks, and takes the answer into the conversation.
     *
     * @param question without {@code <image>}, which is set where it belongs
     * @param most     largest number of new tokens
     * @param sampler  chooses each token
     * @param stream   is given the answer piece by piece, as it is decoded
     * @return the whole answer
     * @throws UserError if the question has {@code <image>} in it, or the conversation no longer fits the model's context
     */
    public String ask(String question, int most, Sampler sampler, Consumer<String> stream) {
        if (MarkedText.marks(question) > 0) {
            throw UserError.of("<image> in a question: leave it out: a picture is shown with %s, and stands before the first "
                    + "question by itself", "/image FILE or --image FILE");
        }
        String text = turns.isEmpty() && features != null ? Conversation.IMAGE + "\n" + question : question;
        List<Turn> asked = new ArrayList<>(turns);
        asked.add(new Turn(text, null));
        int[] prompt = assistant.prompt(asked, null);
        if (prompt.length >= model.config().decoder().maxPositions()) {
            throw UserError.of("the conversation has %d tokens, the model's context is %d: begin anew with /reset",
                    prompt.length, model.config().decoder().maxPositions());
        }
        Answer answer = assistant.answer(prompt, features, memory, most, sampler, stream, () -> false);
        turns.add(new Turn(text, answer.text()));
        cutShort = answer.end() == End.CONTEXT;
        return answer.text();
    }

    /** {@return whether the last answer stopped because the model's context was full} */
    public boolean cutShort() {
        return cutShort;
    }

    /** {@return what was said, in LLaVA's data format: every question with its answer} */
    public List<Turn> turns() {
        return List.copyOf(turns);
    }
}
