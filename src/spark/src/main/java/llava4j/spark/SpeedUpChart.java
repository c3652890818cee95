package llava4j.spark;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The speed-up over 1 to 32 executors for five trainings, as SVG; both axes double from line to line. */
final class SpeedUpChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 460;
    private static final int LEFT = 60;
    private static final int RIGHT = 250;
    private static final int TOP = 30;
    private static final int BOTTOM = 60;
    private static final int MOST = 32;
    private static final double LEAST = 0.25;

    /**
     * A training.
     *
     * @param name       in words
     * @param arithmetic of a step on one machine of two cores, ms: measured for the tiny model (docs/results-speed.md), else reckoned
     *                   from its operations and 115 GFLOP/s (docs/real-models.md)
     * @param parameters that learn
     * @param colour     of its curve
     */
    private record Training(String name, double arithmetic, long parameters, String colour) {
    }

    private static final List<Training> TRAININGS = List.of(
            new Training("Vicuna-7B, stage 1, batch 128", 8_900_000, 4_200_000, "#4a8a52"),
            new Training("SmolLM2-135M, LoRA, batch 32", 75_000, 20_000_000, "#3a73b0"),
            new Training("SmolLM2-135M, in full, batch 32", 75_000, 135_000_000, "#c4631f"),
            new Training("tiny, stage 2", 109, 660_000, "#8a5aa8"),
            new Training("tiny, stage 1", 47, 12_416, "#7a7468"));

    private SpeedUpChart() {
    }

    /** The chart. */
    static String of(SpeedUp formula) {
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="14">
                <title>Speed-up over 1 to 32 executors, reckoned beyond two</title>
                <rect width="%1$d" height="%2$d" rx="8" fill="#fdfcf9" stroke="#e3ded3"/>
                """, WIDTH, HEIGHT));
        for (double value = LEAST; value <= MOST; value *= 2) {
            svg.append(line(LEFT, y(value), WIDTH - RIGHT, y(value), value == 1 ? "#6b655b" : "#e3ded3", ""));
            svg.append(text(LEFT - 8, y(value) + 5, "end", "#24211c", value < 1 ? "1/" + Math.round(1 / value) : String.valueOf(Math.round(value))));
        }
        for (int executors = 1; executors <= MOST; executors *= 2) {
            svg.append(text(x(executors), HEIGHT - BOTTOM + 22, "middle", "#24211c", String.valueOf(executors)));
        }
        svg.append(line(x(1), y(1), x(MOST), y(MOST), "#9a9284", "5 4"));
        svg.append(line(x(2), TOP, x(2), HEIGHT - BOTTOM, "#9a9284", "2 3"));
        svg.append(text(x(2) + 6, TOP + 12, "start", "#6b655b", "reckoned beyond here"));
        svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", "#24211c", "executors of two cores each"));
        svg.append(text(LEFT, TOP - 10, "start", "#24211c", "times as fast as one machine without Spark"));
        double label = TOP;
        List<Training> fromTheTop = TRAININGS.stream().sorted(Comparator.comparingDouble(training ->
                -formula.of(training.arithmetic(), training.parameters(), MOST))).toList();
        for (Training training : fromTheTop) {
            StringBuilder points = new StringBuilder();
            for (int executors = 1; executors <= MOST; executors++) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(executors),
                        y(formula.of(training.arithmetic(), training.parameters(), executors))));
            }
            svg.append(String.format("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\"/>%n",
                    points.toString().strip(), training.colour()));
            label = Math.max(label + 22, y(formula.of(training.arithmetic(), training.parameters(), MOST)));
            svg.append(text(WIDTH - RIGHT + 10, label + 5, "start", training.colour(), training.name()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static double x(double executors) {
        return LEFT + (WIDTH - RIGHT - LEFT) * Math.log(executors) / Math.log(MOST);
    }

    private static double y(double speedUp) {
        double share = Math.log(Math.max(LEAST, speedUp) / LEAST) / Math.log(MOST / LEAST);
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share;
    }

    private static String line(double x1, double y1, double x2, double y2, String colour, String dashes) {
        return String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n", x1, y1, x2, y2,
                colour, dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"");
    }

    private static String text(double x, double y, String anchor, String colour, String words) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n", x, y, anchor, colour,
                words);
    }
}
