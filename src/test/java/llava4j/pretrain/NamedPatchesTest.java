package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.tinyworld.CaptionedPicture.Region;
import llava4j.vision.PatchContrast.Patches;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The patches of a thing")
class NamedPatchesTest {

    /** Three by three patches of four pixels. */
    private static final VisionConfig NINE = VisionConfig.VIT_B_32.withImageSize(12).withPatchSize(4);

    @Test
    @DisplayName("are those that its box covers by more than half")
    void covered() {
        assertEquals(List.of(0, 1, 3, 4), NamedPatches.patches(new Region(0, 0, 0, 8, 8), NINE));
        assertEquals(List.of(4, 5), NamedPatches.patches(new Region(0, 4, 5, 8, 3), NINE), "three quarters of two patches");
        assertEquals(List.of(4), NamedPatches.patches(new Region(0, 4, 4, 6, 4), NINE), "exactly half is not more than half");
    }

    @Test
    @DisplayName("are the one that it covers most of where it is too small for any")
    void small() {
        assertEquals(List.of(8), NamedPatches.patches(new Region(0, 7, 9, 3, 2), NINE));
    }

    private static final List<CaptionedPicture> TWO = List.of(new CaptionedPicture(null, "", List.of()),
            new CaptionedPicture(null, "", List.of(new Region(5, 0, 0, 8, 4), new Region(6, 8, 8, 4, 4))));

    @Test
    @DisplayName("are counted through all pictures, each with its thing's name")
    void all() {
        Patches patches = NamedPatches.all(TWO, NINE);
        assertArrayEquals(new int[] {9, 10, 17}, patches.rows());
        assertArrayEquals(new int[] {5, 5, 6}, patches.names());
    }

    @Test
    @DisplayName("are drawn as often for a small thing as for a large one")
    void some() {
        Patches patches = NamedPatches.some(TWO, NINE, 3, new Random(1));
        assertArrayEquals(new int[] {5, 5, 5, 6, 6, 6}, patches.names());
        assertArrayEquals(new int[] {17, 17, 17}, Arrays.copyOfRange(patches.rows(), 3, 6));
        assertTrue(Arrays.stream(patches.rows(), 0, 3).allMatch(row -> row == 9 || row == 10));
    }
}
