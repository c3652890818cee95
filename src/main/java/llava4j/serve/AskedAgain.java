package llava4j.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.evaluate.TinyQuestion;
import llava4j.generate.Assistant;
import llava4j.generate.Memory;
import llava4j.generate.Sampler;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same few pictures, asked about again and again while a model learns, so that those who watch see it learn to see.
 *
 * <p>The pictures are encoded once, since the encoder is frozen. What was read of a question is not kept: with the next step it
 * would be another model's.
 */
public final class AskedAgain {

    private static final int PICTURES = 3;
    private static final int LONGEST_ANSWER = 48;

    private final Assistant assistant;
    private final Path images;
    private final List<TinyQuestion> questions;
    private final List<INDArray> features = new ArrayList<>();

    /**
     * The first pictures of a world, each with its question of one type.
     *
     * @param model the one that learns, in place
     * @param world directory with {@code questions.json} and {@code images}
     * @param type  of the questions, as {@code questions.json} names it
     * @throws llava4j.error.UserError if they cannot be read
     */
    public AskedAgain(Llava model, Path world, String type) {
        assistant = new Assistant(model);
        images = world.resolve("images");
        questions = TinyQuestion.read(world.resolve("questions.json")).stream().filter(question -> question.type().equals(type))
                .limit(PICTURES).collect(Collectors.toList());
        questions.forEach(question -> features.add(model.imageFeaturesOf(List.of(images.resolve(question.image())))));
    }

    /** {@return the answers as they are now} */
    public List<LiveRun.Asked> ask() {
        List<LiveRun.Asked> asked = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            TinyQuestion question = questions.get(i);
            int[] prompt = assistant.prompt(List.of(new Turn("<image>\n" + question.question(), null)), null);
            asked.add(new LiveRun.Asked(images.resolve(question.image()), question.question(), question.answer(),
                    assistant.answer(prompt, features.get(i), new Memory(), LONGEST_ANSWER, Sampler.greedy(), piece -> { },
                            () -> false).text()));
        }
        return asked;
    }
}
