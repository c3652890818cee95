package llava4j.show;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import llava4j.error.UserError;

/**
 * Whether this Java can write letters into a picture, asked before hours of work end in a chart.
 *
 * <p>Java finds its fonts through the system's fontconfig; slim containers and servers have neither it nor a font. What one
 * would get wrong: {@code java.awt.headless} has nothing to do with it, and drawing lines works all the same.
 */
public final class Lettering {

    private static final String REMEDY = "install fontconfig and a font (Debian: apt install fontconfig fonts-dejavu-core)";

    private Lettering() {
    }

    /**
     * Measures one letter.
     *
     * @throws UserError if that cannot be done here, with what to install
     */
    public static void check() {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            graphics.getFontMetrics().stringWidth("x");
        } catch (LinkageError | RuntimeException e) {
            throw new UserError("this Java cannot write text into pictures (" + e.getMessage() + "), which comes at the end: "
                    + REMEDY, e);
        } finally {
            graphics.dispose();
        }
    }
}
