package llava4j.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import llava4j.execution.Schedule;

/**
 * Where a graph's time goes, by kind of operation. What is left of a run is counted as {@link #REST}: filling the
 * placeholders, finding arrays, and the call into native code.
 */
final class OpProfile implements Schedule.Clock {

    static final String REST = "(between operations)";

    /**
     * One kind of operation.
     *
     * @param name    SameDiff's name of it
     * @param count   executions in one run
     * @param seconds in all of them
     */
    record Line(String name, double count, double seconds) {
    }

    private final Map<String, long[]> totals = new TreeMap<>();

    @Override
    public void ran(String operation, long nanoseconds) {
        long[] total = totals.computeIfAbsent(operation, n -> new long[2]);
        total[0]++;
        total[1] += nanoseconds;
    }

    /**
     * All kinds, the most expensive first, for one run.
     *
     * @param runs    that were measured
     * @param seconds that all of them took
     */
    List<Line> lines(int runs, double seconds) {
        List<Line> lines = new ArrayList<>();
        totals.forEach((name, total) -> lines.add(new Line(name, (double) total[0] / runs, total[1] / 1e9 / runs)));
        double within = lines.stream().mapToDouble(Line::seconds).sum();
        lines.add(new Line(REST, 0, seconds / runs - within));
        lines.sort(Comparator.comparingDouble(Line::seconds).reversed());
        return lines;
    }
}
