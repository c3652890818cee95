package llava4j.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashSet;
import java.util.List;
import llava4j.evaluate.KeptKnowledge;
import org.junit.jupiter.api.Test;

class OwnWordsTest {

    @Test
    void nothingThatTheExamAsksIsRehearsed() {
        List<String> rehearsed = OwnWords.questions();
        KeptKnowledge.questionsInWords().questions().forEach(item -> assertFalse(rehearsed.contains(item.question()), item.question()));
        assertEquals(rehearsed.size(), new HashSet<>(rehearsed).size());
        assertTrue(rehearsed.stream().noneMatch(question -> question.contains("*")));
    }

    @Test
    void anAnswerEndsWithItsLastWholeSentence() {
        assertEquals("Rome. It is old!", OwnWords.whole("Rome. It is old! The city has"));
        assertEquals("", OwnWords.whole("The city has"));
    }

    @Test
    void oneSampleInSevenIsOfWordsAndHasNoPicture() {
        ArrayNode samples = new ObjectMapper().createArrayNode();
        for (int i = 0; i < 60; i++) {
            samples.addObject().put("id", "picture-" + i).put("image", i + ".png");
        }
        ArrayNode mixed = OwnWords.mixed(samples, List.of("a?", "b?", "c?"), List.of("A.", "", "C."));
        assertEquals(70, mixed.size());
        for (int i = 60; i < 70; i++) {
            assertFalse(mixed.get(i).has("image"));
            assertEquals(i % 2 == 0 ? "A." : "C.", mixed.get(i).get("conversations").get(1).get("value").asText());
        }
    }
}
