package e15_box_to_text;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class BoxTextTest {

    @Test
    @Order(1)
    void theCornersAreSharesOfThePicture() {
        String line = BoxText.line("dog", new double[] {50, 20, 100, 40}, 200, 100);
        says("50.000", line, "the numbers are pixels: divide by the picture's width and height");
        says("dog: [0.250, 0.200, 0.500, 0.400]", line, "the last two numbers are width and height of the box, should be its "
                + "right and lower edge: x + width, y + height");
        says("dog: [0.500, 0.100", line, "x is divided by the height of the picture and y by its width");
        same("dog: [0.250, 0.200, 0.750, 0.600]", line);
    }

    @Test
    @Order(2)
    void thereAreThreeDecimalsAlways() {
        int side = Numbers.of("e15").whole(3, 9) * 10;
        same("cat: [0.000, 0.000, 1.000, 1.000]", BoxText.line("cat", new double[] {0, 0, side, side}, side, side));
        same("cat: [0.333, 0.667, 0.667, 1.000]", BoxText.line("cat", new double[] {1, 2, 1, 1}, 3, 3));
    }

    @Test
    @Order(3)
    void theDecimalSignIsAPointEverywhere() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            String line = BoxText.line("dog", new double[] {1, 1, 1, 1}, 2, 2);
            says("0,500", line, "on a computer set to German your line is " + line + ": use Locale.ROOT");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    @Order(4)
    void captionsComeFirstThenAnEmptyLineThenTheBoxes() {
        String context = BoxText.context(List.of("A dog.", "A dog sits."), List.of("dog: [..]", "cat: [..]"));
        Check.that(context != null && !context.endsWith("\n"), "there is a line break at the end of the context");
        Check.that(context.contains("\n\n"), "there is no empty line between captions and boxes");
        same("A dog.\nA dog sits.\n\ndog: [..]\ncat: [..]", context);
    }

    @Test
    @Order(5)
    void sameAsPythonWritesIt() {
        Reference python = Reference.of("e15");
        String[] categories = python.get("categories", String[].class);
        for (int i = 0; i < categories.length; i++) {
            int[] size = python.get("sizes", int[][].class)[i];
            same(python.get("lines", String[].class)[i],
                    BoxText.line(categories[i], python.matrix("boxes")[i], size[0], size[1]));
        }
    }

    private static void says(String mistake, String line, String message) {
        Check.that(line == null || !line.contains(mistake), message);
    }

    private static void same(String right, String text) {
        Check.that(right.equals(text), "you wrote \"" + text + "\", should be \"" + right + "\"");
    }
}
