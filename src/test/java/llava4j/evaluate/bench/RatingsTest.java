package llava4j.evaluate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatingsTest {

    private static final Optional<Ratings> EIGHT_SEVEN = Optional.of(new Ratings(8, 7));

    @ParameterizedTest
    @ValueSource(strings = {"8 7", "8, 7", "8,7", " 8  7 \nBoth are good.", "8.0 7.0\r\nBoth", "\n8 7"})
    @DisplayName("the published form is two numbers and nothing else in the first line")
    void published(String review) {
        assertEquals(EIGHT_SEVEN, Ratings.published(review));
        assertEquals(EIGHT_SEVEN, Ratings.read(review));
    }

    @ParameterizedTest
    @ValueSource(strings = {"**8 7**", "8/10 7/10", "8/10, 7/10", "Assistant 1: 8, Assistant 2: 7", "**Assistant 1:** 8/10 **Assistant 2:** 7/10",
        "assistant 1 = 8; assistant 2 = 7.", "<think>\nThe second is 3 words.\n</think>\n\n8 7\nBoth", "8 and 7", "# 8 7"})
    @DisplayName("another form is read where it can mean one thing only, and told apart from the published one")
    void otherForms(String review) {
        assertEquals(Optional.empty(), Ratings.published(review));
        assertEquals(EIGHT_SEVEN, Ratings.read(review));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8 7 6", "8/7", "0 7", "8 11", "-8 7", "8 7 out of 10", "Assistant 2: 7, Assistant 1: 8",
        "<think>8 7", "Both deserve 8 7", "Assistant 1: 8", "NaN 7", "8 1e1", "80 70"})
    @DisplayName("anything else is no rating")
    void unreadable(String review) {
        assertEquals(Optional.empty(), Ratings.read(review));
    }

    @Test
    @DisplayName("a result counts reviews of another form, and those that cannot be read")
    void counted() {
        BenchQuestion question = new BenchQuestion("1", "a.png", QuestionKind.DETAIL, "what?", "", "that.");
        List<LlavaBench.Reviewed> reviewed = List.of("8 7", "**8 7**", "8/10 7/10", "none").stream().map(review ->
                new LlavaBench.Reviewed(question, "this.", review, Ratings.read(review))).toList();
        LlavaBench.Result result = LlavaBench.result(reviewed, 0);
        assertEquals(3, result.overall().rated());
        assertEquals(2, result.otherForm());
        assertEquals(1, result.unreadable());
    }
}
