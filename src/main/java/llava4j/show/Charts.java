package llava4j.show;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Line and bar charts of one look, 560 by 300 pixels. */
public final class Charts {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 300;
    private static final int LETTER = 8;
    private static final int ROOM = 480;
    private static final int UPRIGHT = 12;
    private static final Color[] COLORS = {new Color(31, 90, 160), new Color(214, 102, 26), new Color(60, 140, 70),
        new Color(140, 60, 150), new Color(120, 120, 120)};

    private Charts() {
    }

    /**
     * {@return a chart of curves over 1, 2, 3 …}
     *
     * @param title  above the chart
     * @param x      name of the horizontal axis
     * @param y      name of the vertical axis
     * @param curves drawn in this order
     */
    public static BufferedImage lines(String title, String x, String y, Series... curves) {
        double[][] places = Arrays.stream(curves).map(curve -> IntStream.rangeClosed(1, curve.values().length).asDoubleStream()
                .toArray()).toArray(double[][]::new);
        return lines(title, x, y, places, curves);
    }

    /**
     * {@return a chart of curves, each over places of its own}
     *
     * @param title  above the chart
     * @param x      name of the horizontal axis
     * @param y      name of the vertical axis
     * @param places of each curve's values on the horizontal axis
     * @param curves drawn in this order
     */
    public static BufferedImage lines(String title, String x, String y, double[][] places, Series... curves) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
        style(chart.getStyler(), curves.length);
        for (int i = 0; i < curves.length; i++) {
            chart.addSeries(curves[i].name(), places[i], curves[i].values()).setMarker(SeriesMarkers.NONE);
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    /**
     * {@return a chart of bars, one group for each category}
     *
     * @param title      above the chart
     * @param y          name of the vertical axis
     * @param categories below the groups, from left to right
     * @param bars       each with a value for each category
     */
    public static BufferedImage bars(String title, String y, List<String> categories, Series... bars) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(y).build();
        style(chart.getStyler(), bars.length);
        int longest = categories.stream().mapToInt(String::length).max().orElse(0);
        boolean level = categories.size() * longest * LETTER < ROOM;
        chart.getStyler().setAvailableSpaceFill(0.8).setXAxisLabelRotation(level ? 0 : categories.size() > UPRIGHT ? 90 : 30);
        for (Series bar : bars) {
            chart.addSeries(bar.name(), categories,
                    Arrays.stream(bar.values()).boxed().collect(Collectors.toList()));
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    /**
     * {@return the mean of each value and those before it, at most {@code window} of them: a loss curve one can read}
     *
     * @param values one for each step
     * @param window at least 1
     */
    public static double[] smooth(double[] values, int window) {
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            means[i] = DoubleStream.of(Arrays.copyOfRange(values, Math.max(0, i + 1 - window), i + 1)).average()
                    .orElseThrow();
        }
        return means;
    }

    private static void style(Styler styler, int series) {
        styler.setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal).setLegendVisible(series > 1)
                .setSeriesColors(COLORS);
        styler.setLegendBorderColor(Color.WHITE);
    }
}
