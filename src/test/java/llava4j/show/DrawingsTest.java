package llava4j.show;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.Scene;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("Drawings for notebooks")
class DrawingsTest {

    private final BufferedImage picture = Painter.paint(Scene.random(new Random(1)), new Random(1));

    private static double brightness(BufferedImage image, int x, int y) {
        Color color = new Color(image.getRGB(x, y));
        return (color.getRed() + color.getGreen() + color.getBlue()) / 765.0;
    }

    @Test
    @DisplayName("a heat map is white at the smallest entry and dark at the largest")
    void heatMapIsDarkWhereTheEntryIsLarge() {
        BufferedImage map = HeatMap.of(Nd4j.createFromArray(new float[][] {{0, 1}, {2, 3}}), 20);
        assertTrue(brightness(map, 16, 16) > brightness(map, 36, 16), "0 is lighter than 1");
        assertTrue(brightness(map, 16, 36) > brightness(map, 36, 36), "2 is lighter than 3");
        assertEquals(1, brightness(map, 16, 16), 1e-9);
    }

    @Test
    @DisplayName("weights laid over a picture leave the patch of the largest as it is and darken one of none")
    void overlayDarkensWhatIsNotLookedAt() {
        double[] weights = new double[9];
        weights[4] = 0.5;
        BufferedImage white = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
        white.createGraphics().fillRect(0, 0, 48, 48);
        BufferedImage over = HeatMap.over(white, weights, 3, 96);
        assertEquals(1, brightness(over, 48, 48), 1e-9);
        assertTrue(brightness(over, 16, 16) < 0.5);
    }

    @Test
    @DisplayName("a grid has room for every picture and the same picture each time it is drawn")
    void gridHoldsEveryPicture() {
        BufferedImage grid = PictureGrid.of(List.of(picture, picture, picture), List.of("a", "b c", ""), 2, 60);
        BufferedImage again = PictureGrid.of(List.of(picture, picture, picture), List.of("a", "b c", ""), 2, 60);
        assertTrue(grid.getWidth() >= 120 && grid.getHeight() >= 120);
        assertArrayEquals(grid.getRGB(0, 0, grid.getWidth(), grid.getHeight(), null, 0, grid.getWidth()),
                again.getRGB(0, 0, again.getWidth(), again.getHeight(), null, 0, again.getWidth()));
    }

    @Test
    @DisplayName("a smoothed curve holds the mean of each value and those before it")
    void smoothedCurveHoldsMeans() {
        assertArrayEquals(new double[] {4, 3, 2, 4}, Charts.smooth(new double[] {4, 2, 2, 6}, 2), 1e-12);
    }

    @Test
    @DisplayName("a table's cells cannot break its rows, whatever they hold")
    void tableCellsStayInTheirRow() {
        String table = new Table("a", "b").row("x | y", "two\nlines <image>").toString();
        assertEquals(3, table.lines().count());
        assertEquals("| x \\| y | two lines &lt;image> |", table.lines().skip(2).findFirst().orElseThrow());
    }

    @Test
    @DisplayName("an answer is right when its digest is the right one's, and a wrong one brings the hint and not the answer")
    void checkDoesNotGiveAway() {
        String digest = CheckYourself.digest(36);
        assertTrue(CheckYourself.of(36L, digest, "").startsWith("Right"));
        assertTrue(CheckYourself.of(36.0, digest, "").startsWith("Right"));
        assertEquals("Not 35. Count again.", CheckYourself.of(35, digest, "Count again."));
        assertFalse(CheckYourself.of(null, digest, "").contains("36"));
        assertTrue(CheckYourself.of(" Blue", CheckYourself.digest("blue"), "").startsWith("Right"));
    }

    @Test
    @DisplayName("two maps on one scale have one shade for one entry, and each says its scale")
    void mapsOnOneScaleCanBeCompared() {
        BufferedImage low = HeatMap.numbered(Nd4j.createFromArray(new float[][] {{0, 1}}), List.of(), List.of(), 0, 4, "%.1f");
        BufferedImage high = HeatMap.numbered(Nd4j.createFromArray(new float[][] {{4, 1}}), List.of(), List.of(), 0, 4, "%.1f");
        assertEquals(low.getRGB(50, 10), high.getRGB(50, 10));
        assertTrue(brightness(low, 8, 10) > brightness(high, 8, 10));
        assertTrue(low.getHeight() > 6 + 26 + 6, "there is a line for the scale");
    }

    @Test
    @DisplayName("what agrees to four places is the same; another number, another length and a NaN are not")
    void agreementIsToFourPlaces() {
        INDArray project = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}});
        assertTrue(Agreement.of("x", project.add(1e-5), project).contains("the same, [2, 2]"));
        assertTrue(assertThrows(AssertionError.class, () -> Agreement.of("x", project.add(1e-3), project))
                .getMessage().contains("entry 0 of 4"));
        assertThrows(AssertionError.class, () -> Agreement.of("x", project.getRow(0), project));
        assertThrows(AssertionError.class, () -> Agreement.of("x", project.mul(Double.NaN), project));
    }
}
