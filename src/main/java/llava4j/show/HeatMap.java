package llava4j.show;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix as coloured cells: white is the lower end of the scale, dark blue the upper, and the scale stands below.
 *
 * <p>What one would get wrong: two maps that each stretch their own smallest and largest entry over all shades cannot be compared.
 * Maps that stand side by side are given one scale.
 */
public final class HeatMap {

    private static final int MARGIN = 6;
    private static final int WIDE = 42;
    private static final int HIGH = 26;

    private HeatMap() {
    }

    /**
     * {@return the map of a matrix without labels, from its smallest entry to its largest}
     *
     * @param matrix [R, C]
     * @param cell   side of an entry in pixels
     */
    public static BufferedImage of(INDArray matrix, int cell) {
        return of(matrix, List.of(), List.of(), cell);
    }

    /**
     * {@return the map of a matrix with its rows and columns named, from its smallest entry to its largest}
     *
     * @param matrix  [R, C]
     * @param rows    R names, or none
     * @param columns C names, written upwards, or none
     * @param cell    side of an entry in pixels; wider or higher where a name needs the room
     */
    public static BufferedImage of(INDArray matrix, List<String> rows, List<String> columns, int cell) {
        return drawn(matrix, rows, columns, new Look(columns.isEmpty() ? cell : Math.max(cell, Canvas.LINE - 1),
                rows.isEmpty() ? cell : Math.max(cell, Canvas.LINE - 1), matrix.minNumber().floatValue(),
                matrix.maxNumber().floatValue(), ""));
    }

    /**
     * {@return the map of a small matrix with each entry written in its cell, on a scale of one's own}
     *
     * @param matrix  [R, C]
     * @param rows    R names, or none
     * @param columns C names, written upwards, or none
     * @param low     what is white; entries below it are too
     * @param high    what is dark; entries above it are too
     * @param format  of an entry, as for {@link String#format}, such as {@code "%.2f"}
     */
    public static BufferedImage numbered(INDArray matrix, List<String> rows, List<String> columns, double low, double high,
                                         String format) {
        return drawn(matrix, rows, columns, new Look(WIDE, HIGH, (float) low, (float) high, format));
    }

    /** How cells look; an empty format leaves them without numbers. */
    private record Look(int width, int height, float low, float high, String format) {
    }

    private static BufferedImage drawn(INDArray matrix, List<String> rows, List<String> columns, Look look) {
        Canvas measure = new Canvas(1, 1);
        String scale = "white " + shortest(look.low) + ", dark " + shortest(look.high);
        int left = MARGIN + rows.stream().mapToInt(measure::width).max().orElse(0) + (rows.isEmpty() ? 0 : MARGIN);
        int top = MARGIN + columns.stream().mapToInt(measure::width).max().orElse(0) + (columns.isEmpty() ? 0 : MARGIN);
        float[][] values = matrix.toFloatMatrix();
        float span = Math.max(1e-9f, look.high - look.low);
        int right = left + values[0].length * look.width;
        int bottom = top + values.length * look.height;
        Canvas canvas = new Canvas(Math.max(right, left + measure.width(scale)) + MARGIN, bottom + MARGIN + Canvas.LINE);
        for (int r = 0; r < values.length; r++) {
            for (int c = 0; c < values[r].length; c++) {
                float share = (values[r][c] - look.low) / span;
                canvas.graphics.setColor(shade(share));
                canvas.graphics.fillRect(left + c * look.width, top + r * look.height, look.width, look.height);
                if (!look.format.isEmpty()) {
                    canvas.graphics.setColor(share > 0.55 ? Color.WHITE : Color.BLACK);
                    String entry = String.format(Locale.ROOT, look.format, values[r][c]).replaceFirst("^-(0\\.?0*)$", "$1");
                    canvas.centred(entry, left + c * look.width + look.width / 2,
                            top + r * look.height + look.height / 2 + 4, look.width);
                }
            }
        }
        canvas.graphics.setColor(Color.GRAY);
        canvas.graphics.drawRect(left, top, right - left, bottom - top);
        canvas.graphics.drawString(scale, left, bottom + Canvas.LINE);
        canvas.graphics.setColor(Color.BLACK);
        for (int r = 0; r < rows.size(); r++) {
            canvas.graphics.drawString(rows.get(r), left - MARGIN - canvas.width(rows.get(r)),
                    top + r * look.height + look.height / 2 + 4);
        }
        AffineTransform upright = canvas.graphics.getTransform();
        for (int c = 0; c < columns.size(); c++) {
            canvas.graphics.translate(left + c * look.width + look.width / 2 + 4, top - MARGIN);
            canvas.graphics.rotate(-Math.PI / 2);
            canvas.graphics.drawString(columns.get(c), 0, 0);
            canvas.graphics.setTransform(upright);
        }
        return canvas.done();
    }

    /**
     * {@return a picture with weights laid over its patches: the larger, the clearer the patch; the largest is framed}
     *
     * @param picture square
     * @param weights for each patch, row by row
     * @param across  patches in a row
     * @param side    width and height as shown, in pixels
     */
    public static BufferedImage over(BufferedImage picture, double[] weights, int across, int side) {
        Canvas canvas = new Canvas(side, side);
        canvas.graphics.drawImage(picture, 0, 0, side, side, null);
        int best = 0;
        for (int i = 1; i < weights.length; i++) {
            best = weights[i] > weights[best] ? i : best;
        }
        int cell = side / across;
        for (int i = 0; i < weights.length; i++) {
            double clear = weights[best] > 0 ? weights[i] / weights[best] : 0;
            canvas.graphics.setColor(new Color(40, 40, 40, (int) Math.round(200 * (1 - clear))));
            canvas.graphics.fillRect(i % across * cell, i / across * cell, cell, cell);
        }
        canvas.graphics.setColor(new Color(214, 102, 26));
        canvas.graphics.drawRect(best % across * cell, best / across * cell, cell - 1, cell - 1);
        canvas.graphics.drawRect(best % across * cell + 1, best / across * cell + 1, cell - 3, cell - 3);
        return canvas.done();
    }

    private static String shortest(float value) {
        return new BigDecimal(value, new MathContext(3)).stripTrailingZeros().toPlainString();
    }

    private static Color shade(float share) {
        float clear = 1 - Math.max(0, Math.min(1, share));
        return new Color((int) (31 + 224 * clear), (int) (90 + 165 * clear), (int) (160 + 95 * clear));
    }
}
