package llava4j.picturebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of concepts")
class ConceptsTest {

    @Test
    @DisplayName("has some two hundred, each with a name, a plural and a picture of its own, thirty of them held out")
    void rows() {
        assertTrue(Concepts.ALL.size() >= 200, "has " + Concepts.ALL.size());
        for (var column : List.<java.util.function.Function<Concept, String>>of(Concept::name, Concept::image)) {
            assertEquals(Concepts.ALL.size(), Concepts.ALL.stream().map(column).distinct().count());
        }
        assertEquals(30, Concepts.ALL.stream().filter(Concept::heldOut).count());
        Concepts.ALL.forEach(concept -> {
            assertTrue(concept.image().matches("[0-9a-f]+(-[0-9a-f]+)*"), concept.name());
            assertTrue(List.of("a", "an").contains(concept.article()) && !concept.plural().isEmpty() && !concept.kind().isEmpty(),
                    concept.name());
            assertEquals(concept.article().equals("an"), "aeiou".indexOf(concept.name().charAt(0)) >= 0, concept.name());
        });
    }

    @Test
    @DisplayName("does not contradict itself: what lives is an animal or a plant, what is eaten is not alive, partners are in it")
    void facts() {
        for (Concept concept : Concepts.ALL) {
            assertEquals(List.of("animal", "plant").contains(concept.kind()), concept.alive(), concept.name());
            assertFalse(concept.alive() && concept.eaten(), concept.name());
            assertEquals(List.of("fruit", "vegetable", "food").contains(concept.kind()), concept.eaten(), concept.name());
            concept.belongsWith().forEach(name -> assertNotNull(Concepts.named(name), concept.name() + " goes with " + name));
            assertFalse(concept.belongsWith().contains(concept.name()), concept.name());
        }
    }

    @Test
    @DisplayName("holds out one pair in twenty, whichever of the two comes first")
    void pairs() {
        List<Concept> some = Concepts.ALL.subList(0, 100);
        long all = 0;
        long heldOut = 0;
        for (Concept a : some) {
            for (Concept b : some) {
                if (a != b) {
                    all++;
                    heldOut += Concepts.pairHeldOut(List.of(a, b)) ? 1 : 0;
                    assertEquals(Concepts.pairHeldOut(List.of(a, b)), Concepts.pairHeldOut(List.of(b, a)));
                }
            }
        }
        assertEquals(0.05, heldOut / (double) all, 0.01);
        assertFalse(Stream.of(some.get(0)).anyMatch(one -> Concepts.pairHeldOut(List.of(one))));
    }
}
