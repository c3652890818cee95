package llava4j.tinyworld;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Paints a scene, 48 by 48 pixels, three by three cells of 16.
 *
 * <p>Size, place within the cell, shade and background vary a little from picture to picture, so that the encoder has to
 * learn what a boat is and cannot learn pixels by heart.
 */
public final class Painter {

    /** Side of a picture, in pixels. */
    public static final int SIZE = 48;

    private static final int CELL = SIZE / 3;
    private static final Map<String, int[]> RGB = Map.of("red", new int[] {215, 40, 40},
            "green", new int[] {40, 160, 60}, "blue", new int[] {45, 80, 220}, "yellow", new int[] {235, 200, 30},
            "purple", new int[] {150, 50, 180}, "orange", new int[] {245, 130, 30});
    private static final List<Color> BACKGROUNDS = List.of(new Color(240, 240, 240), new Color(200, 225, 245),
            new Color(225, 235, 205), new Color(215, 215, 215));
    private static final Color BLACK = new Color(30, 30, 30);
    private static final Color WHITE = new Color(250, 250, 250);
    private static final Color WOOD = new Color(110, 70, 30);
    private static final Color SKIN = new Color(235, 190, 150);
    private static final Color GLASS = new Color(225, 240, 250);

    private final Graphics2D graphics;
    private final double x;
    private final double y;
    private final double radius;

    private Painter(Graphics2D graphics, double x, double y, double radius) {
        this.graphics = graphics;
        this.x = x;
        this.y = y;
        this.radius = radius;
    }

    /**
     * {@return the scene as a picture, 48 by 48 pixels; the same random numbers give the same picture}
     *
     * @param scene  one to three things
     * @param random of shades, places and background
     */
    public static BufferedImage paint(Scene scene, Random random) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Scene.one(BACKGROUNDS, random));
        graphics.fillRect(0, 0, SIZE, SIZE);
        for (Thing thing : scene.things()) {
            double radius = 6.5 + between(random, 0.8);
            double room = CELL / 2.0 - radius;
            new Painter(graphics, (thing.column() + 0.5) * CELL + between(random, room),
                    (thing.row() + 0.5) * CELL + between(random, room), radius)
                    .draw(thing.kind(), shade(thing.color(), random));
        }
        graphics.dispose();
        return image;
    }

    private static double between(Random random, double most) {
        return (2 * random.nextDouble() - 1) * most;
    }

    private static Color shade(String color, Random random) {
        int[] rgb = RGB.get(color).clone();
        for (int i = 0; i < 3; i++) {
            rgb[i] = Math.max(0, Math.min(255, rgb[i] + random.nextInt(31) - 15));
        }
        return new Color(rgb[0], rgb[1], rgb[2]);
    }

    /** Coordinates are those of a square from −1 to 1 around the thing's middle, y downwards. */
    private void draw(String kind, Color color) {
        switch (kind) {
            case "car" -> {
                box(color, -1, -.1, 1, .5);
                shape(color, -.6, -.1, -.35, -.6, .35, -.6, .65, -.1);
                box(GLASS, -.25, -.45, .25, -.12);
                oval(BLACK, -.8, .2, -.2, .8);
                oval(BLACK, .2, .2, .8, .8);
            }
            case "tree" -> {
                box(WOOD, -.18, .3, .18, 1);
                shape(color, -.8, .45, 0, -1, .8, .45);
            }
            case "house" -> {
                box(color, -.75, -.1, .75, 1);
                shape(color.darker().darker(), -1, -.1, 0, -1, 1, -.1);
                box(BLACK, -.2, .35, .2, 1);
            }
            case "cat" -> {
                oval(color, -.8, -.55, .8, .95);
                shape(color, -.8, 0, -.75, -1, -.15, -.45);
                shape(color, .8, 0, .75, -1, .15, -.45);
                oval(BLACK, -.5, -.15, -.15, .2);
                oval(BLACK, .15, -.15, .5, .2);
            }
            case "ball" -> {
                oval(color, -.9, -.9, .9, .9);
                box(WHITE, -.9, -.15, .9, .15);
            }
            case "boat" -> {
                shape(color, -1, .35, 1, .35, .6, .95, -.6, .95);
                box(WOOD, -.08, -1, .08, .35);
                shape(WHITE, .1, -.95, .85, .15, .1, .15);
            }
            case "star" -> star(color);
            default -> {
                oval(SKIN, -.32, -1, .32, -.36);
                shape(color, -.5, -.3, .5, -.3, .35, .4, -.35, .4);
                box(BLACK, -.32, .4, -.05, 1);
                box(BLACK, .05, .4, .32, 1);
            }
        }
    }

    private void star(Color color) {
        double[] points = new double[20];
        for (int i = 0; i < 10; i++) {
            double length = i % 2 == 0 ? 1 : .42;
            points[2 * i] = length * Math.sin(i * Math.PI / 5);
            points[2 * i + 1] = -length * Math.cos(i * Math.PI / 5);
        }
        shape(color, points);
    }

    private void box(Color color, double left, double top, double right, double bottom) {
        graphics.setColor(color);
        graphics.fill(new Rectangle2D.Double(x + left * radius, y + top * radius, (right - left) * radius,
                (bottom - top) * radius));
    }

    private void oval(Color color, double left, double top, double right, double bottom) {
        graphics.setColor(color);
        graphics.fill(new Ellipse2D.Double(x + left * radius, y + top * radius, (right - left) * radius,
                (bottom - top) * radius));
    }

    private void shape(Color color, double... points) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < points.length; i += 2) {
            double px = x + points[i] * radius;
            double py = y + points[i + 1] * radius;
            if (i == 0) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        path.closePath();
        graphics.setColor(color);
        graphics.fill(path);
    }
}
