package llava4j.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How long a training will take")
class PaceTest {

    @Test
    @DisplayName("follows from its operations: twice as many take twice as long, and a quarter of the time lies between the products")
    void proportional() {
        Pace pace = new Pace(100e9);
        assertEquals(Duration.ofSeconds(200), pace.of(1.5e13));
        assertEquals(Duration.ofSeconds(400), pace.of(3e13));
    }

    @Test
    @DisplayName("is written in minutes, and in hours from one hour on")
    void written() {
        assertEquals("1 min", Pace.written(Duration.ofSeconds(5)));
        assertEquals("59 min", Pace.written(Duration.ofMinutes(59)));
        assertEquals("2 h 05 min", Pace.written(Duration.ofMinutes(125)));
    }

    @Test
    @DisplayName("any machine multiplies more than a million numbers a second")
    void measured() {
        assertTrue(Pace.measured().flops() > 1e6);
    }
}
