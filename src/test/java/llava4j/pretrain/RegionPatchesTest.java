package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.tinyworld.CaptionedPicture.Region;
import llava4j.vision.RegionContrast.Regions;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The patches of a thing")
class RegionPatchesTest {

    /** Three by three patches of four pixels. */
    private static final VisionConfig NINE = VisionConfig.VIT_B_32.withImageSize(12).withPatchSize(4);

    @Test
    @DisplayName("are those that its box covers by more than half")
    void covered() {
        assertEquals(List.of(0, 1, 3, 4), RegionPatches.patches(new Region(0, 0, 0, 8, 8), NINE));
        assertEquals(List.of(4, 5), RegionPatches.patches(new Region(0, 4, 5, 8, 3), NINE), "three quarters of two patches");
        assertEquals(List.of(4), RegionPatches.patches(new Region(0, 4, 4, 6, 4), NINE), "exactly half is not more than half");
    }

    @Test
    @DisplayName("are the one that it covers most of where it is too small for any")
    void small() {
        assertEquals(List.of(8), RegionPatches.patches(new Region(0, 7, 9, 3, 2), NINE));
    }

    @Test
    @DisplayName("are averaged by a row of the matrix, in the columns of their own picture")
    void rows() {
        Regions regions = RegionPatches.of(List.of(new CaptionedPicture(null, "", List.of()),
                new CaptionedPicture(null, "", List.of(new Region(5, 0, 0, 8, 4), new Region(6, 8, 8, 4, 4)))), NINE);
        assertArrayEquals(new int[] {5, 6}, regions.names());
        float[][] expected = new float[2][18];
        expected[0][9] = 0.5f;
        expected[0][10] = 0.5f;
        expected[1][17] = 1;
        assertArrayEquals(expected, regions.patches().toFloatMatrix());
    }
}
