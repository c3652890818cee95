package llava4j.tinyworld;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llava4j.conversation.WordGuide;
import llava4j.pretrain.TinyVocabulary;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The guide to the tiny world's words")
class WorldWordsTest {

    @Test
    @DisplayName("offers words of its vocabulary for words that are not in it")
    void instead() {
        Set<String> vocabulary = new HashSet<>(TinyVocabulary.withMaps());
        WordGuide guide = WorldWords.guide(vocabulary);
        assertEquals("cat", guide.instead().get("dog"));
        guide.instead().forEach((word, known) -> {
            assertTrue(vocabulary.contains(known), known);
            assertFalse(vocabulary.contains(word), word + " is known");
        });
        List.of("the things car", "the colors red", "the places top-left").forEach(part ->
                assertTrue(guide.summary().contains(part), guide.summary()));
    }

    @Test
    @DisplayName("is none for a model of another vocabulary, or of one in which the tiny world is a small part")
    void others() {
        assertEquals(WordGuide.NONE, WorldWords.guide(Set.of("car", "red")));
        Set<String> large = new HashSet<>(TinyVocabulary.withMaps());
        for (int i = 0; i < 30_000; i++) {
            large.add("word" + i);
        }
        assertEquals(WordGuide.NONE, WorldWords.guide(large));
    }
}
