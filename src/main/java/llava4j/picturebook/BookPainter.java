package llava4j.picturebook;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/**
 * Paints a scene of the picture book, 96 by 96 pixels: a background, then each thing's emoji scaled to its size.
 *
 * <p>Backgrounds are plain, or fade from top to bottom, or are a sky over a ground, in shades that vary; none of them is ever
 * said, so that an encoder learns to look past them.
 */
final class BookPainter {

    private static final List<Color> PAPERS = List.of(new Color(250, 250, 250), new Color(236, 236, 236),
            new Color(225, 236, 214), new Color(214, 228, 245), new Color(250, 240, 220), new Color(243, 224, 230));
    private static final List<Color> GROUNDS = List.of(new Color(190, 215, 160), new Color(225, 205, 165),
            new Color(205, 205, 205), new Color(170, 205, 220));

    private BookPainter() {
    }

    /**
     * {@return the picture}
     *
     * @param scene    what it shows
     * @param pictures the art
     * @param random   of the background
     */
    static BufferedImage paint(BookScene scene, EmojiPictures pictures, Random random) {
        BufferedImage image = new BufferedImage(BookScene.SIZE, BookScene.SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        background(graphics, random);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        for (BookScene.Sprite sprite : scene.sprites()) {
            graphics.drawImage(pictures.of(sprite.concept(), sprite.style()), sprite.x(), sprite.y(), sprite.side(),
                    sprite.side(), null);
        }
        graphics.dispose();
        return image;
    }

    private static void background(Graphics2D graphics, Random random) {
        Color paper = shade(PAPERS.get(random.nextInt(PAPERS.size())), random);
        Color ground = shade(GROUNDS.get(random.nextInt(GROUNDS.size())), random);
        int kind = random.nextInt(3);
        graphics.setPaint(kind == 1 ? new GradientPaint(0, 0, paper, 0, BookScene.SIZE, ground) : paper);
        graphics.fillRect(0, 0, BookScene.SIZE, BookScene.SIZE);
        if (kind == 2) {
            int horizon = BookScene.SIZE / 2 + random.nextInt(BookScene.SIZE / 3);
            graphics.setPaint(ground);
            graphics.fillRect(0, horizon, BookScene.SIZE, BookScene.SIZE - horizon);
        }
    }

    private static Color shade(Color color, Random random) {
        int change = random.nextInt(11) - 5;
        return new Color(within(color.getRed() + change), within(color.getGreen() + change), within(color.getBlue() + change));
    }

    private static int within(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
