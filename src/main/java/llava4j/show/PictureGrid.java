package llava4j.show;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Collectors;

/** Small pictures side by side, enlarged, each with lines of text below it. */
public final class PictureGrid {

    private static final int GAP = 8;

    private PictureGrid() {
    }

    /**
     * {@return pictures without text, in rows}
     *
     * @param pictures all square
     * @param columns  pictures in a row
     * @param side     width and height of a picture as shown, in pixels
     */
    public static BufferedImage of(List<BufferedImage> pictures, int columns, int side) {
        return of(pictures, pictures.stream().map(picture -> "").collect(Collectors.toList()), columns, side);
    }

    /**
     * {@return pictures with text, in rows}
     *
     * @param pictures all square
     * @param captions one for each picture; broken into lines where it is longer than the picture is wide
     * @param columns  pictures in a row
     * @param side     width and height of a picture as shown
     */
    public static BufferedImage of(List<BufferedImage> pictures, List<String> captions, int columns, int side) {
        Canvas measure = new Canvas(1, 1);
        List<List<String>> texts = captions.stream().map(text -> Lines.of(measure, text, side))
                .collect(Collectors.toList());
        int lines = texts.stream().mapToInt(List::size).max().orElse(0);
        int rows = (pictures.size() + columns - 1) / columns;
        int height = side + lines * Canvas.LINE + GAP;
        Canvas canvas = new Canvas(Math.min(columns, pictures.size()) * (side + GAP) + GAP, rows * height + GAP);
        for (int i = 0; i < pictures.size(); i++) {
            int x = GAP + i % columns * (side + GAP);
            int y = GAP + i / columns * height;
            canvas.graphics.drawImage(pictures.get(i), x, y, side, side, null);
            canvas.graphics.setColor(Color.BLACK);
            for (int line = 0; line < texts.get(i).size(); line++) {
                canvas.centred(texts.get(i).get(line), x + side / 2, y + side + (line + 1) * Canvas.LINE, side);
            }
        }
        return canvas.done();
    }

    /**
     * {@return one picture, enlarged, cut into its patches by thin lines}
     *
     * @param picture square
     * @param across  patches in a row
     * @param side    width and height as shown, in pixels
     */
    public static BufferedImage patches(BufferedImage picture, int across, int side) {
        Canvas canvas = new Canvas(side, side);
        canvas.graphics.drawImage(picture, 0, 0, side, side, null);
        canvas.graphics.setColor(Color.BLACK);
        for (int i = 1; i < across; i++) {
            canvas.graphics.drawLine(i * side / across, 0, i * side / across, side);
            canvas.graphics.drawLine(0, i * side / across, side, i * side / across);
        }
        return canvas.done();
    }

    /**
     * {@return one picture, pale and enlarged, with a text upon each patch}
     *
     * @param picture square
     * @param texts   for each patch, row by row; broken into lines at spaces
     * @param across  patches in a row
     * @param side    width and height as shown, in pixels
     */
    public static BufferedImage labelled(BufferedImage picture, List<String> texts, int across, int side) {
        Canvas canvas = new Canvas(side, side);
        canvas.graphics.drawImage(picture, 0, 0, side, side, null);
        canvas.graphics.setColor(new Color(255, 255, 255, 150));
        canvas.graphics.fillRect(0, 0, side, side);
        int cell = side / across;
        for (int i = 0; i < texts.size(); i++) {
            int x = i % across * cell;
            int y = i / across * cell;
            canvas.graphics.setColor(Color.GRAY);
            canvas.graphics.drawRect(x, y, cell, cell);
            canvas.graphics.setColor(Color.BLACK);
            List<String> lines = Lines.of(canvas, texts.get(i), cell - 4);
            int top = y + (cell - lines.size() * Canvas.LINE) / 2;
            for (int line = 0; line < lines.size(); line++) {
                canvas.centred(lines.get(line), x + cell / 2, top + line * Canvas.LINE + 12, cell - 2);
            }
        }
        return canvas.done();
    }
}
