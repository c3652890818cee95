package llava4j.teacher;

import java.util.List;
import java.util.Optional;

/** Writes instructions about a picture that it cannot see. */
public interface Teacher {

    /**
     * What a teacher said.
     *
     * @param text     in the form that the system message asks for, if all is well
     * @param complete false where it was cut off
     */
    record Reply(String text, boolean complete) {
    }

    /**
     * Asks for one sample; may be called by several threads at once.
     *
     * @param request the picture in words, and the kind of sample
     * @return the reply, or nothing where the budget is spent
     * @throws llava4j.error.UserError if the teacher cannot be reached or refuses to work
     */
    Optional<Reply> answer(Request request);

    /** {@return the questions to which a description is the answer; one is drawn for each description} */
    List<String> descriptionQuestions();
}
