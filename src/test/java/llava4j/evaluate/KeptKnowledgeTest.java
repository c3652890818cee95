package llava4j.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is asked in words alone")
class KeptKnowledgeTest {

    private final KeptKnowledge all = KeptKnowledge.questionsInWords();

    private KeptKnowledge.Item about(String part) {
        return all.questions().stream().filter(item -> item.question().contains(part)).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("are thirty questions, five of them small talk that no word can judge")
    void thirty() {
        assertEquals(30, all.questions().size());
        assertEquals(25, all.facts());
    }

    @Test
    @DisplayName("a fact is known where the answer has its word, in any case and as a whole word")
    void known() {
        assertTrue(about("France").isKnown("The capital of France is Paris."));
        assertTrue(about("bees").isKnown("HONEY, of course"));
        assertTrue(about("the sky").isKnown("The sky is blue."));
        assertFalse(about("France").isKnown("A dog at the top left."));
        assertFalse(about("frozen").isKnown("It is nice."));
        assertFalse(about("Hello").isKnown("Hello!"));
    }

    @Test
    @DisplayName("the score counts facts alone")
    void score() {
        List<String> nothing = all.questions().stream().map(item -> "").toList();
        List<String> perfect = all.questions().stream().map(item -> item.isFact() ? item.words().get(0) : "").toList();
        assertEquals(0, all.known(nothing));
        assertEquals(25, all.known(perfect));
    }
}
