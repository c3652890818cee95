package llava4j.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.evaluate.Exam;
import llava4j.evaluate.Score;
import llava4j.model.LlavaConfig;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Does the text-only decoder answer questions about scenes told in words? A decoder that cannot is not worth freezing:
 * stage 1 would have nobody to speak to.
 */
public final class ToldExam {

    private static final List<String> TYPES = List.of("color", "where", "what", "count", "exists", "relation",
            "reasoning", "detail");

    private ToldExam() {
    }

    /**
     * {@return exact match on scenes told in words}
     *
     * @param config    the decoder's sizes
     * @param weights   all parameters by name
     * @param tokenizer of the tiny vocabulary, for the decoder
     * @param things    in each scene, 1 to 3
     * @param maps      whether they are told as maps, else in sentences
     * @param each      questions of each type
     */
    public static Score score(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer, int things,
                              boolean maps, int each) {
        Random random = new Random(7_000_000L + things);
        ConversationEncoder encoder = new ConversationEncoder(tokenizer, Template.V1, "", -1, 0);
        List<Question> questions = new ArrayList<>();
        List<Exam.Paper> papers = new ArrayList<>();
        for (String type : TYPES) {
            for (int i = 0; i < each && !(type.equals("relation") && things == 1); i++) {
                Scene scene = Scene.random(random, things);
                Question question = Questions.of(type, scene, random);
                questions.add(question);
                papers.add(new Exam.Paper(encoder.prompt(List.of(new Turn(
                        (maps ? Telling.map(scene) : Telling.tell(scene, random)) + "\n" + question.text(), null))), null));
            }
        }
        List<String> answers = new Exam(config, weights, tokenizer).answers(papers);
        return Score.of(IntStream.range(0, answers.size()).mapToObj(i -> new Score.Mark(questions.get(i).type(), things,
                answers.get(i).equals(questions.get(i).answer()))).collect(Collectors.toList()));
    }
}
