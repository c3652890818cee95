package llava4j.demo;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import llava4j.checkpoint.WholeFile;
import llava4j.image.ImageFile;

/** The chat as one picture: what was looked at, and what was said. */
final class ChatPicture {

    private static final int SCALE = 6;
    private static final int MARGIN = 24;
    private static final int TEXT_WIDTH = 560;
    private static final int LINE = 26;

    private ChatPicture() {
    }

    static void write(Path file, Path scene, List<Demo.Said> chat) {
        BufferedImage looked = ImageFile.read(scene);
        int side = looked.getWidth() * SCALE;
        BufferedImage image = new BufferedImage(3 * MARGIN + side + TEXT_WIDTH, 2 * MARGIN + side,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.drawImage(looked, MARGIN, MARGIN, side, looked.getHeight() * SCALE, null);
        int y = MARGIN + LINE;
        for (Demo.Said turn : chat) {
            y = text(g, turn.question(), new Font(Font.SANS_SERIF, Font.PLAIN, 18), new Color(90, 90, 90), side, y);
            y = text(g, turn.answer(), new Font(Font.SANS_SERIF, Font.BOLD, 18), new Color(20, 60, 120), side, y) + LINE / 2;
        }
        g.dispose();
        WholeFile.write(file, temporary -> ImageIO.write(image, "png", temporary.toFile()));
    }

    private static int text(Graphics2D g, String words, Font font, Color color, int side, int y) {
        g.setFont(font);
        g.setColor(color);
        FontMetrics metrics = g.getFontMetrics();
        StringBuilder line = new StringBuilder();
        int below = y;
        for (String word : words.split(" ")) {
            if (metrics.stringWidth(line + word) > TEXT_WIDTH) {
                g.drawString(line.toString(), side + 2 * MARGIN, below);
                below += LINE;
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        g.drawString(line.toString(), side + 2 * MARGIN, below);
        return below + LINE;
    }
}
