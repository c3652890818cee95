package llava4j.evaluate;

import java.util.List;
import java.util.function.BiConsumer;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.data.FeaturesInMemory;
import llava4j.evaluate.TinySuite.Shown;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts questions about pictures to a model, each with its picture or with what a control shows in its place.
 */
public final class PicturedQuestions {

    private final List<String> images;
    private final FeaturesInMemory features;

    /**
     * Of one exam.
     *
     * @param images   its pictures, in the order in which one stands in for the one before it
     * @param features of these and possibly of others
     */
    public PicturedQuestions(List<String> images, FeaturesInMemory features) {
        this.images = images;
        this.features = features;
    }

    /**
     * A question.
     *
     * @param image file name of the picture that it is about
     * @param text  in words
     */
    public record Asked(String image, String text) {
    }

    /**
     * {@return the model's greedy answers, in the order of the questions}
     *
     * @param model     with the encoder whose features these are
     * @param questions each is asked in a chat of its own
     * @param shown     the picture itself, or a control
     * @param longest   most tokens of an answer
     * @param progress  is told how many of all questions are answered
     */
    public List<String> answers(Llava model, List<Asked> questions, Shown shown, int longest,
                                BiConsumer<Integer, Integer> progress) {
        ConversationEncoder encoder = model.conversationEncoder();
        INDArray mean = features.all().mean(true, 0);                                        // [1, Dv]
        INDArray blank = Nd4j.ones(mean.dataType(), model.config().features(), 1).mmul(mean);   // [P, Dv]
        List<Exam.Paper> papers = questions.stream().map(question -> {
            String text = shown == Shown.NOTHING ? question.text() : Conversation.IMAGE + "\n" + question.text();
            INDArray picture = switch (shown) {
                case PICTURE -> features.of(List.of(question.image()));
                case SWAPPED -> features.of(List.of(images.get((images.indexOf(question.image()) + 1) % images.size())));
                case BLANK -> blank;
                case NOTHING -> null;
            };
            return new Exam.Paper(encoder.prompt(List.of(new Turn(text, null))), picture);
        }).toList();
        return new Exam(model, longest).answers(papers, progress);
    }
}
