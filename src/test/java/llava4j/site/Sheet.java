package llava4j.site;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** One frame of a moving figure, in the colours of {@link Drawing}: blue sees, orange joins, green speaks. */
final class Sheet {

    static final Color[] SEES = {new Color(0xdfeaf6), new Color(0x3a73b0)};
    static final Color[] JOINS = {new Color(0xfbe3d0), new Color(0xc4631f)};
    static final Color[] SPEAKS = {new Color(0xe0efdf), new Color(0x4a8a52)};
    static final Color[] PLAIN = {new Color(0xf3efe6), new Color(0xb9b1a2)};
    static final Color[] OFF = {new Color(0xfdfcf9), new Color(0xcfc8ba)};
    private static final Color INK = new Color(0x24211c);
    private static final Color SOFT = new Color(0x6b655b);

    private final BufferedImage image;
    private final Graphics2D graphics;

    Sheet(int width, int height, String caption) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(OFF[0]);
        graphics.fillRect(0, 0, width, height);
        soft(caption, width / 2, height - 14);
    }

    Sheet box(double x, double y, double w, double h, Color[] look) {
        return box(x, y, w, h, look, "", false);
    }

    /** A box with a text in its middle; a lit one is filled with the colour of its rim. */
    Sheet box(double x, double y, double w, double h, Color[] look, String text, boolean lit) {
        int round = (int) Math.min(10, Math.min(w, h) / 3);
        graphics.setColor(lit ? look[1] : look[0]);
        graphics.fillRoundRect((int) x, (int) y, (int) w, (int) h, round, round);
        graphics.setColor(look[1]);
        graphics.setStroke(new BasicStroke(1.4f));
        graphics.drawRoundRect((int) x, (int) y, (int) w, (int) h, round, round);
        return write(text, x + w / 2, y + h / 2 + 5, Font.PLAIN, 14, lit ? Color.WHITE : INK);
    }

    Sheet text(String text, double x, double y) {
        return write(text, x, y, Font.PLAIN, 15, INK);
    }

    Sheet bold(String text, double x, double y) {
        return write(text, x, y, Font.BOLD, 15, INK);
    }

    Sheet soft(String text, double x, double y) {
        return write(text, x, y, Font.PLAIN, 14, SOFT);
    }

    private Sheet write(String text, double x, double y, int style, int size, Color color) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        graphics.setColor(color);
        graphics.drawString(text, (float) (x - graphics.getFontMetrics().stringWidth(text) / 2.0), (float) y);
        return this;
    }

    Sheet picture(BufferedImage picture, double x, double y, double side) {
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.drawImage(picture, (int) x, (int) y, (int) side, (int) side, null);
        graphics.setColor(PLAIN[1]);
        graphics.setStroke(new BasicStroke(1));
        graphics.drawRect((int) x, (int) y, (int) side, (int) side);
        return this;
    }

    Sheet arrow(double x1, double y1, double x2, double y2) {
        double length = Math.hypot(x2 - x1, y2 - y1);
        double ux = (x2 - x1) / length;
        double uy = (y2 - y1) / length;
        graphics.setColor(SOFT);
        graphics.setStroke(new BasicStroke(1.6f));
        graphics.drawLine((int) x1, (int) y1, (int) (x2 - 8 * ux), (int) (y2 - 8 * uy));
        Path2D head = new Path2D.Double();
        head.moveTo(x2, y2);
        head.lineTo(x2 - 9 * ux - 4.5 * uy, y2 - 9 * uy + 4.5 * ux);
        head.lineTo(x2 - 9 * ux + 4.5 * uy, y2 - 9 * uy - 4.5 * ux);
        head.closePath();
        graphics.fill(head);
        return this;
    }

    BufferedImage done() {
        graphics.dispose();
        return image;
    }
}
