package llava4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The learning rate where none is given")
class DefaultRateTest {

    @Test
    @DisplayName("is the paper's for the paper's size and the main job's for the tiny one, and stays there beyond them")
    void ends() {
        assertEquals(2e-3, DefaultRate.of(Stage.FEATURE_ALIGNMENT, 6_742_609_920L).rate());
        assertEquals(2e-5, DefaultRate.of(Stage.INSTRUCTION_TUNING, 13_000_000_000L).rate());
        assertEquals(1e-2, DefaultRate.of(Stage.FEATURE_ALIGNMENT, 663_296).rate());
        assertEquals(1e-3, DefaultRate.of(Stage.INSTRUCTION_TUNING, 1000).rate());
    }

    @Test
    @DisplayName("never rises with the model's size, and has one digit")
    void falls() {
        double last = Double.POSITIVE_INFINITY;
        for (long size = 100_000; size < 20_000_000_000L; size *= 2) {
            double rate = DefaultRate.of(Stage.INSTRUCTION_TUNING, size).rate();
            assertTrue(rate <= last, rate + " after " + last);
            assertEquals(rate, Double.parseDouble(String.format(java.util.Locale.ROOT, "%.0e", rate)));
            last = rate;
        }
    }

    @Test
    @DisplayName("is said with the size it is for and with the paper's")
    void said() {
        assertEquals("learning rate 1e-3: for a model of 0.7 M parameters; the paper's 2e-5 is for 7 B",
                DefaultRate.of(Stage.INSTRUCTION_TUNING, 663_296).toString());
    }
}
