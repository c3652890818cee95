package llava4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import llava4j.execution.BlasKernels;
import org.nd4j.linalg.factory.Nd4j;

/** What was measured, as JSON and as a table. */
public final class BenchReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private BenchReport() {
    }

    /**
     * {@return the result as JSON, times in seconds, memory in megabytes}
     *
     * @param result what {@link Bench#run} measured
     */
    public static ObjectNode json(Bench.Result result) {
        ObjectNode root = JSON.createObjectNode().put("size", result.settings().size().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.version")).put("blas", blas()).put("kernels", BlasKernels.inUse().orElse(""))
                .put("rounds", result.settings().rounds())
                .put("decoder", result.settings().batches().sixteenBits() ? "bfloat16" : "float32").put("seed", result.settings().seed());
        if (!result.peer().isEmpty()) {
            root.put("peer", result.peer());
        }
        for (Bench.Line line : result.lines()) {
            ObjectNode node = root.withArray("tasks").addObject().put("task", line.task().toString())
                    .put("description", line.task().description());
            node.set("ours", times(line.ours()).put("resident_mb", line.residentMb()));
            if (line.peer() != null) {
                node.set("peer", times(line.peer()).put("resident_mb", line.peerResidentMb()));
                node.put("ratio", line.ratio()).put("memory_ratio", line.memoryRatio());
            }
            putKnown(node, "limit", result.limits().getOrDefault(line.task(), Double.NaN));
            putKnown(node, "loss", line.loss());
            putKnown(node, "loss_difference", line.lossDifference());
            putKnown(node, "last_loss_difference", line.lastDifference());
            putKnown(node, "same_tokens", line.sameTokens());
        }
        if (result.reading() != null) {
            root.putObject("reading").put("bytes_a_token", result.reading().bytesToken())
                    .put("bytes_a_second", result.reading().bytesPerSecond());
        }
        result.profiles().forEach((task, lines) -> {
            ObjectNode profile = root.withObject("/profile").putObject(task.toString());
            lines.forEach(line -> profile.putObject(line.name()).put("count", line.count())
                    .put("seconds", line.seconds()));
        });
        return root;
    }

    static ObjectNode times(Times times) {
        return JSON.createObjectNode().put("median", times.median()).put("p10", times.low()).put("p90", times.high())
                .put("runs", times.runs());
    }

    private static void putKnown(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    /** {@return the library of matrix products that is loaded, as it says itself: OPENBLAS or MKL; CUBLAS on a GPU} */
    public static String blas() {
        return String.valueOf(Nd4j.getExecutioner().getEnvironmentInformation().get("blas.vendor"));
    }

    /** {@return the same with the kernels that it runs, where it says which} */
    public static String blasAndKernels() {
        return blas() + BlasKernels.inUse().map(name -> ", kernels for " + name).orElse("");
    }

    /**
     * {@return the result as a table to read: what the machine's own limit is, median, tenth and ninetieth percent in milliseconds, memory in
     * megabytes}
     *
     * @param result what {@link Bench#run} measured
     */
    public static String table(Bench.Result result) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s, %d processor(s), BLAS %s%n",
                result.settings().size(), Runtime.getRuntime().availableProcessors(), blasAndKernels()));
        boolean peer = !result.peer().isEmpty();
        if (peer) {
            text.append("beside ").append(result.peer()).append('\n');
        }
        text.append(String.format(Locale.ROOT, "%-16s %12s %12s %21s %8s", "task", "limit ms", "ours ms", "10 % .. 90 %",
                "MB"));
        text.append(peer ? String.format(Locale.ROOT, " %12s %21s %8s %7s %8s  %s%n", "peer ms", "10 % .. 90 %", "MB", "ratio",
                "MB ratio", "same") : "\n");
        for (Bench.Line line : result.lines()) {
            text.append(String.format(Locale.ROOT, "%-16s %12s %s", line.task(), result.limits().containsKey(line.task())
                    ? String.format(Locale.ROOT, "%.3f", 1e3 * result.limits().get(line.task())) : "",
                    columns(line.ours(), line.residentMb())));
            if (peer) {
                text.append(String.format(Locale.ROOT, " %s %7.2f %8.2f  %s", columns(line.peer(), line.peerResidentMb()),
                        line.ratio(), line.memoryRatio(), same(line)));
            }
            text.append('\n');
        }
        if (result.reading() != null) {
            text.append(reading(result));
        }
        result.profiles().forEach((task, lines) -> text.append(profile(task, lines)));
        return text.toString();
    }

    private static String columns(Times times, double memory) {
        return String.format(Locale.ROOT, "%12.3f %9.3f .. %8.3f %8.0f", 1e3 * times.median(), 1e3 * times.low(),
                1e3 * times.high(), memory);
    }

    private static String same(Bench.Line line) {
        if (!Double.isNaN(line.lossDifference())) {
            return String.format(Locale.ROOT, "losses differ by %.1e, at last by %.1e", line.lossDifference(),
                    line.lastDifference());
        }
        return Double.isNaN(line.sameTokens()) ? ""
                : String.format(Locale.ROOT, "%.0f %% of the tokens", 100 * line.sameTokens());
    }

    private static String reading(Bench.Result result) {
        Bench.Reading reading = result.reading();
        double token = result.lines().stream().filter(line -> line.task() == Task.DECODE_TOKEN)
                .mapToDouble(line -> line.ours().median()).findFirst().orElseThrow();
        return String.format(Locale.ROOT, "a token reads %.0f MB of weights: %.1f tokens/s, %.1f GB/s; memory gives %.1f GB/s, "
                + "so %.1f tokens/s at most%n", reading.bytesToken() / 1e6, 1 / token, reading.bytesToken() / token / 1e9,
                reading.bytesPerSecond() / 1e9, 1 / reading.seconds());
    }

    private static String profile(Task task, List<OpProfile.Line> lines) {
        double all = lines.stream().mapToDouble(OpProfile.Line::seconds).sum();
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%n%s, one graph on one thread: %.3f ms%n", task,
                1e3 * all));
        for (OpProfile.Line line : lines) {
            if (line.seconds() > 0.002 * all) {
                text.append(String.format(Locale.ROOT, "  %-56s %6.0f x %10.3f ms %5.1f %%%n", line.name(), line.count(),
                        1e3 * line.seconds(), 100 * line.seconds() / all));
            }
        }
        return text.toString();
    }
}
