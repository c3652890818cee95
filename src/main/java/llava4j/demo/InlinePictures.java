package llava4j.demo;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.stream.IntStream;
import llava4j.image.ImageFile;
import llava4j.image.PngBytes;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures inside a report's HTML, as data URIs: one file holds all of it. */
final class InlinePictures {

    private static final int SMOOTHED_OVER = Report.SMOOTHED_OVER;

    private InlinePictures() {
    }

    static String chart(String name, double[] losses) {
        XYChart chart = new XYChartBuilder().width(520).height(260).title(name).xAxisTitle("step").yAxisTitle("loss")
                .build();
        chart.getStyler().setLegendVisible(false).setChartBackgroundColor(java.awt.Color.WHITE);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setDefaultSeriesRenderStyle(org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Line);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        int points = Math.max(1, losses.length / SMOOTHED_OVER);
        double[] steps = new double[points];
        double[] means = new double[points];
        for (int i = 0; i < points; i++) {
            int from = i * losses.length / points;
            int to = (i + 1) * losses.length / points;
            steps[i] = to;
            means[i] = IntStream.range(from, to).mapToDouble(s -> losses[s]).average().orElse(1e-6);
        }
        chart.addSeries("loss", steps, means).setMarker(SeriesMarkers.NONE);
        return data(BitmapEncoder.getBufferedImage(chart));
    }

    static String of(Path file, int scale) {
        BufferedImage image = ImageFile.read(file);
        BufferedImage larger = new BufferedImage(image.getWidth() * scale, image.getHeight() * scale,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = larger.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, larger.getWidth(), larger.getHeight(), null);
        graphics.dispose();
        return data(larger);
    }

    private static String data(BufferedImage image) {
        return "data:image/png;base64," + PngBytes.base64(image);
    }
}
