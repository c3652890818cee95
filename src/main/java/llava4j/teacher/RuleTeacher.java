package llava4j.teacher;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import llava4j.endpoint.Message;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;

/**
 * The tiny world's teacher: reads captions and boxes, and asks and answers by rule.
 *
 * <p>It stands where the paper has GPT-4, and under the same conditions: it is given the text of a context and nothing of
 * the picture, and replies with text in the form that the system message asks for. It understands the sentences of the tiny
 * world alone; to any other context its reply is empty.
 */
public final class RuleTeacher implements Teacher {

    /** Turns of a conversation, 2 … 5, on average 4. */
    private static final int[] TURNS = {2, 3, 4, 4, 5, 5, 5};
    private static final int REASONINGS = 2;

    @Override
    public Optional<Reply> answer(Request request) {
        List<Message> messages = request.messages();
        String context = messages.get(messages.size() - 1).content();
        Random random = new Random(request.seed());
        return Optional.of(new Reply(SceneFromText.read(context).map(scene -> reply(request.kind(), scene, random))
                .orElse(""), true));
    }

    private static String reply(InstructionKind kind, Scene scene, Random random) {
        return switch (kind) {
            case CONVERSATION -> blocks(Questions.conversation(scene, TURNS[random.nextInt(TURNS.length)],
                    Questions.SHORT, random));
            case DETAIL -> Telling.detail(scene);
            case REASONING -> blocks(Questions.conversation(scene, REASONINGS, List.of("reasoning"), random));
        };
    }

    private static String blocks(List<Question> questions) {
        return questions.stream().map(question -> "Question:\n" + question.text() + "\n===\nAnswer:\n" + question.answer())
                .collect(Collectors.joining("\n===\n"));
    }

    /** In the words of the tiny world, which are all that its decoder knows. */
    @Override
    public List<String> descriptionQuestions() {
        return Questions.DETAIL;
    }
}
