package llava4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import llava4j.plan.Flops;
import llava4j.plan.Pace;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The benchmark")
class BenchTest {

    @Test
    @DisplayName("times each task that is asked, and shows what a token's time is spent on")
    void decoding() {
        Bench.Result result = new Bench(new Bench.Settings(BenchSize.TINY,
                EnumSet.of(Task.PREFILL, Task.DECODE_TOKEN), 2, 1, null, null, true, false, 0), line -> { }).run();
        JsonNode json = BenchReport.json(result);
        assertEquals(2, json.path("tasks").size());
        assertTrue(json.path("tasks").get(0).path("ours").path("median").asDouble() > 0);
        assertTrue(json.path("profile").path("decode_token").has("matmul"));
        assertTrue(BenchReport.table(result).contains("decode_token"));
        assertTrue(json.path("tasks").get(0).path("limit").asDouble() > 0);
    }

    @Test
    @DisplayName("knows what a task takes at least: its products at the machine's pace, and a token its weights at memory's")
    void limit() {
        Workload work = new Workload(BenchSize.TINY.config(), BenchSize.TINY.batches(), 0);
        Shortened recipe = Shortened.of(BenchSize.TINY, 1);
        Limit fastMemory = new Limit(new Pace(1e9), 1e15);
        Limit slowMemory = new Limit(new Pace(1e15), 1e6);
        double step1 = fastMemory.seconds(Task.STAGE1_STEP, work, recipe);
        double step2 = fastMemory.seconds(Task.STAGE2_STEP, work, recipe);
        double picture = fastMemory.seconds(Task.ENCODE, work, recipe) / work.pixels().size(0);
        assertEquals(recipe.pictures() * picture + recipe.steps1() * step1 + recipe.steps2() * step2,
                fastMemory.seconds(Task.RECIPE, work, recipe), 1e-9);
        assertTrue(step1 < step2);
        assertEquals(Flops.of(BenchSize.TINY.config(), work.question().tokens()).token() / 1e9,
                fastMemory.seconds(Task.DECODE_TOKEN, work, recipe), 1e-12);
        assertEquals(work.bytesToken() / 1e6, slowMemory.seconds(Task.DECODE_TOKEN, work, recipe), 1e-9);
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
