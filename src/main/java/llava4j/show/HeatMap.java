package llava4j.show;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A matrix as coloured cells: white is the smallest entry, dark blue the largest. */
public final class HeatMap {

    private static final int MARGIN = 6;

    private HeatMap() {
    }

    /**
     * {@return the map of a matrix without labels}
     *
     * @param matrix [R, C]
     * @param cell   side of an entry in pixels
     */
    public static BufferedImage of(INDArray matrix, int cell) {
        return of(matrix, List.of(), List.of(), cell);
    }

    /**
     * {@return the map of a matrix with its rows and columns named}
     *
     * @param matrix  [R, C]
     * @param rows    R names, or none
     * @param columns C names, written upwards, or none
     * @param cell    side of an entry in pixels; wider or higher where a name needs the room
     */
    public static BufferedImage of(INDArray matrix, List<String> rows, List<String> columns, int cell) {
        Canvas measure = new Canvas(1, 1);
        int left = MARGIN + rows.stream().mapToInt(measure::width).max().orElse(0) + (rows.isEmpty() ? 0 : MARGIN);
        int top = MARGIN + columns.stream().mapToInt(measure::width).max().orElse(0) + (columns.isEmpty() ? 0 : MARGIN);
        int height = rows.isEmpty() ? cell : Math.max(cell, Canvas.LINE - 1);
        int width = columns.isEmpty() ? cell : Math.max(cell, Canvas.LINE - 1);
        float[][] values = matrix.toFloatMatrix();
        float smallest = matrix.minNumber().floatValue();
        float span = Math.max(1e-9f, matrix.maxNumber().floatValue() - smallest);
        Canvas canvas = new Canvas(left + values[0].length * width + MARGIN,
                top + values.length * height + MARGIN);
        for (int r = 0; r < values.length; r++) {
            for (int c = 0; c < values[r].length; c++) {
                canvas.graphics.setColor(shade((values[r][c] - smallest) / span));
                canvas.graphics.fillRect(left + c * width, top + r * height, width, height);
            }
        }
        canvas.graphics.setColor(Color.GRAY);
        canvas.graphics.drawRect(left, top, values[0].length * width, values.length * height);
        canvas.graphics.setColor(Color.BLACK);
        for (int r = 0; r < rows.size(); r++) {
            canvas.graphics.drawString(rows.get(r), left - MARGIN - canvas.width(rows.get(r)),
                    top + r * height + height / 2 + 4);
        }
        AffineTransform upright = canvas.graphics.getTransform();
        for (int c = 0; c < columns.size(); c++) {
            canvas.graphics.translate(left + c * width + width / 2 + 4, top - MARGIN);
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

    private static Color shade(float share) {
        float clear = 1 - Math.max(0, Math.min(1, share));
        return new Color((int) (31 + 224 * clear), (int) (90 + 165 * clear), (int) (160 + 95 * clear));
    }
}
