package llava4j.show;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** A white sheet with readable text, on which the drawings of this package are made. */
final class Canvas {

    static final Color GREY = new Color(90, 90, 90);
    static final int LINE = 15;

    final BufferedImage image;
    final Graphics2D graphics;

    Canvas(int width, int height) {
        image = new BufferedImage(Math.max(1, width), Math.max(1, height), BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION,
                RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        graphics.setColor(Color.BLACK);
    }

    int width(String text) {
        return graphics.getFontMetrics().stringWidth(text);
    }

    /** Text around a middle; what does not fit {@code room} is cut. */
    void centred(String text, int middle, int baseline, int room) {
        String shown = fitted(text, room);
        graphics.drawString(shown, middle - width(shown) / 2, baseline);
    }

    String fitted(String text, int room) {
        FontMetrics metrics = graphics.getFontMetrics();
        String shown = text;
        while (shown.length() > 1 && metrics.stringWidth(shown) > room) {
            shown = shown.substring(0, shown.length() - 1);
        }
        return shown;
    }

    BufferedImage done() {
        graphics.dispose();
        return image;
    }
}
