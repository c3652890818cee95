package llava4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The benchmark")
class BenchTest {

    @Test
    @DisplayName("times each task that is asked, and shows what a token's time is spent on")
    void decoding() {
        Bench.Result result = new Bench(new Bench.Settings(BenchSize.TINY,
                EnumSet.of(Task.PREFILL, Task.DECODE_TOKEN), 2, 1, null, true, false, 0), line -> { }).run();
        JsonNode json = BenchReport.json(result);
        assertEquals(2, json.path("tasks").size());
        assertTrue(json.path("tasks").get(0).path("ours").path("median").asDouble() > 0);
        assertTrue(json.path("profile").path("decode_token").has("matmul"));
        assertTrue(BenchReport.table(result).contains("decode_token"));
    }

    @Test
    @DisplayName("compares the last quarter of a long run with its first, and counts growth from where it has settled")
    void longRun() {
        double[] seconds = {4, 2, 1, 1, 1, 1, 3, 3};
        double[] memory = {10, 100, 100, 100, 100, 100, 104, 105};
        LongRun.Result result = new LongRun.Result(seconds, memory, new double[8], 0, 0);
        assertEquals(3, result.first().median());
        assertEquals(3, result.last().median());
        assertEquals(2, result.settled());
        assertEquals(0.05, result.growth(), 1e-12);
    }

    @Test
    @DisplayName("reports the middle and the tenths of its measurements")
    void times() {
        Times times = Times.of(new double[] {5, 1, 3, 2, 4, 11, 7, 8, 9, 10, 6});
        assertEquals(new Times(11, 6, 2, 10), times);
    }
}
