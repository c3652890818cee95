package llava4j.pretrain;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Tokenizer;
import llava4j.evaluate.scienceqa.Problem;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.ScienceLesson;
import llava4j.tinyworld.ScienceQuestion;
import llava4j.tinyworld.Telling;

/**
 * Multiple-choice problems in words alone, from which the tiny Vicuna learns to read them before it is tuned on pictures: the
 * scene is told where the picture will stand, as a map or in sentences.
 *
 * <p>The paper's Vicuna could read "Options: (A) ..." long before it saw a picture. The tiny one has never met an option;
 * tuned on the two thousand problems of the training split alone, it learned them by heart and stayed at chance on
 * others. One text in four is a talk of the pretraining, so that what it knew is not lost.
 */
final class ToldProblems implements GroupedTexts.Source {

    private static final double TALKS = 0.25;
    private static final double MAPS = 0.6;

    private final ProblemFormat format;
    private final ConversationEncoder dialogues;
    private final ToldScenes talks;

    /** @param format in which they are answered */
    ToldProblems(ProblemFormat format, Tokenizer tokenizer, ConversationEncoder dialogues) {
        this.format = format;
        this.dialogues = dialogues;
        this.talks = new ToldScenes(tokenizer, dialogues, 1);
    }

    @Override
    public SupervisedTokens draw(Random random, int step) {
        return random.nextDouble() < TALKS ? talks.talk(random) : dialogues.encode(problem(random));
    }

    private Conversation problem(Random random) {
        ScienceLesson lesson = ScienceLesson.any(random);
        while (true) {
            Scene scene = Scene.random(random, false);
            Optional<ScienceQuestion> asked = lesson.ask(scene, random);
            if (asked.isPresent()) {
                ScienceQuestion question = asked.get();
                Problem problem = new Problem("told", question.question(), question.choices(), question.answer(),
                        question.hint(), null, question.subject(), question.grade(), question.lecture(),
                        question.solution());
                String telling = question.picture() ? (random.nextDouble() < MAPS ? Telling.map(scene)
                        : Telling.tell(scene, random)) + "\n" : "";
                return new Conversation(problem.id(), List.of(),
                        List.of(new Turn(telling + format.question(problem), format.answer(problem))));
            }
        }
    }
}
