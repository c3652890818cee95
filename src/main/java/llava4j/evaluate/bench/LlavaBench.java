package llava4j.evaluate.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.data.FeatureStore;
import llava4j.evaluate.Exam;

/**
 * LLaVA-Bench (paper, section 5.1): a model answers open questions about pictures, and a judge rates each answer beside a
 * reference.
 */
public final class LlavaBench {

    private final List<BenchQuestion> questions;
    private final FeatureStore features;

    /**
     * A bench of these questions.
     *
     * @param questions in the order in which answers are given
     * @param features  of the questions' pictures
     */
    public LlavaBench(List<BenchQuestion> questions, FeatureStore features) {
        this.questions = List.copyOf(questions);
        this.features = features;
    }

    /**
     * A question, what the model said, and what the judge said to that.
     *
     * @param question the question
     * @param answer   the model's
     * @param review   the judge's, ratings in its first line
     * @param ratings  empty where the review's first line could not be read
     */
    public record Reviewed(BenchQuestion question, String answer, String review, Optional<Ratings> ratings) {

        /** {@return what was asked, said, and said to that; without ratings where they could not be read} */
        public ObjectNode json() {
            ObjectNode node = JsonNodeFactory.instance.objectNode().put("question_id", question.id())
                    .put("image", question.image()).put("category", question.kind().toString())
                    .put("question", question.text()).put("reference", question.reference())
                    .put("answer", answer).put("review", review);
            ratings.ifPresent(found -> node.putArray("ratings").add(found.reference()).add(found.candidate()));
            return node;
        }
    }

    /**
     * The result.
     *
     * @param overall    over all questions
     * @param byKind     by kind of question
     * @param unreadable reviews whose ratings could not be read: they are in no mean
     * @param otherForm  reviews whose ratings were read although their first line is not two numbers alone
     * @param reviewed   every question with its answer and review
     */
    public record Result(RelativeScore overall, Map<QuestionKind, RelativeScore> byKind, int unreadable, int otherForm,
                         List<Reviewed> reviewed) {
    }

    /**
     * {@return the model's greedy answers, in the order of the questions}
     *
     * @param model   any with the encoder whose features the bench holds
     * @param longest most tokens of an answer
     */
    public List<String> answers(Llava model, int longest) {
        ConversationEncoder encoder = model.conversationEncoder();
        List<Exam.Paper> papers = questions.stream().map(question -> new Exam.Paper(
                encoder.prompt(List.of(new Turn(Conversation.IMAGE + "\n" + question.text(), null))),
                features.of(List.of(question.image())))).collect(Collectors.toList());
        return new Exam(model, longest).answers(papers);
    }

    /**
     * {@return the judge's reviews and the relative scores that come of them}
     *
     * @param answers one for each question, in the order of the questions
     * @param judge   rates each beside the reference
     * @param seed    of the intervals
     */
    public Result judged(List<String> answers, Judge judge, long seed) {
        List<Reviewed> reviewed = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            String review = judge.review(questions.get(i), answers.get(i));
            reviewed.add(new Reviewed(questions.get(i), answers.get(i), review, Ratings.read(review)));
        }
        return result(reviewed, seed);
    }

    static Result result(List<Reviewed> reviewed, long seed) {
        Map<QuestionKind, RelativeScore> byKind = new LinkedHashMap<>();
        for (QuestionKind kind : QuestionKind.values()) {
            byKind.put(kind, RelativeScore.of(reviewed.stream().filter(one -> one.question().kind() == kind)
                    .flatMap(one -> one.ratings().stream()).collect(Collectors.toList()), seed));
        }
        return new Result(RelativeScore.of(reviewed.stream().flatMap(one -> one.ratings().stream())
                .collect(Collectors.toList()), seed), byKind,
                (int) reviewed.stream().filter(one -> one.ratings().isEmpty()).count(),
                (int) reviewed.stream().filter(one -> one.ratings().isPresent()
                        && Ratings.published(one.review()).isEmpty()).count(), reviewed);
    }
}
