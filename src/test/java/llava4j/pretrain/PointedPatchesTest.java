package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import llava4j.pretrain.PointedPatches.Pointed;
import llava4j.teacher.AnnotatedPicture;
import llava4j.teacher.Box;
import llava4j.vision.VisionConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Pictures whose boxes point at things")
class PointedPatchesTest {

    /** Three by three patches of four pixels. */
    private static final VisionConfig NINE = VisionConfig.VIT_B_32.withImageSize(12).withPatchSize(4);
    private static final int NOTHING = Pointed.BACKGROUND;
    private static final int UNCLEAR = Pointed.UNCLEAR;

    @Test
    @DisplayName("say of each patch which thing it shows, that it shows none, or that it is not clear")
    void eachPatch() {
        PointedPatches pointed = PointedPatches.of(List.of(
                picture(box("cat", 0, 0, 8, 4), box("ball", 7, 7, 12, 12)), picture(box("ant", 4, 4, 8, 8))), NINE);
        assertEquals(List.of("ant", "ball", "cat"), pointed.names());
        assertArrayEquals(new int[] {2, 2, NOTHING, NOTHING, UNCLEAR, UNCLEAR, NOTHING, UNCLEAR, 1}, pointed.pictures().get(0).names());
        assertArrayEquals(new int[] {NOTHING, NOTHING, NOTHING, NOTHING, 0, NOTHING, NOTHING, NOTHING, NOTHING},
                pointed.pictures().get(1).names());
    }

    @Test
    @DisplayName("name, where two things cover a patch, the one painted last, which is in front")
    void inFront() {
        PointedPatches pointed = PointedPatches.of(List.of(picture(box("cat", 0, 0, 12, 12), box("ant", 4, 4, 8, 8))), NINE);
        assertArrayEquals(new int[] {1, 1, 1, 1, 0, 1, 1, 1, 1}, pointed.pictures().get(0).names());
    }

    private static AnnotatedPicture picture(Box... boxes) {
        return new AnnotatedPicture(1, "1.png", List.of("a picture"), List.of(boxes));
    }

    private static Box box(String name, double x1, double y1, double x2, double y2) {
        return new Box(name, x1 / 12, y1 / 12, x2 / 12, y2 / 12, false);
    }
}
