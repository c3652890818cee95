package llava4j.pretrain;

import java.util.Arrays;
import java.util.List;
import llava4j.teacher.AnnotatedPicture;
import llava4j.tinyworld.CaptionedPicture.Region;
import llava4j.vision.VisionConfig;

/**
 * Pictures whose boxes say what each patch shows.
 *
 * @param names    of all things, in the order of their numbers
 * @param pictures what stands where
 */
public record PointedPatches(List<String> names, List<Pointed> pictures) {

    /**
     * One picture.
     *
     * @param file  its name
     * @param names [P] number of the name of what each patch shows, {@link #BACKGROUND} or {@link #UNCLEAR}
     */
    public record Pointed(String file, int[] names) {

        /** A patch that no box touches. */
        public static final int BACKGROUND = -1;
        /** A patch that a box touches and does not cover by half: it says nothing for certain. */
        public static final int UNCLEAR = -2;
    }

    /**
     * {@return what the boxes of square pictures point at}
     *
     * @param pictures with boxes
     * @param config   sides of a picture, as the encoder sees it, and of a patch
     */
    public static PointedPatches of(List<AnnotatedPicture> pictures, VisionConfig config) {
        List<String> names = pictures.stream().flatMap(picture -> picture.boxes().stream()).map(box -> box.category()).distinct()
                .sorted().toList();
        return new PointedPatches(names, pictures.stream().map(picture -> new Pointed(picture.fileName(),
                patches(picture, names, config))).toList());
    }

    private static int[] patches(AnnotatedPicture picture, List<String> names, VisionConfig config) {
        int[] shown = new int[config.patches()];
        Arrays.fill(shown, Pointed.BACKGROUND);
        int size = config.imageSize();
        picture.boxes().forEach(box -> {
            Region region = new Region(names.indexOf(box.category()), (int) Math.round(box.x1() * size),
                    (int) Math.round(box.y1() * size), (int) Math.round((box.x2() - box.x1()) * size),
                    (int) Math.round((box.y2() - box.y1()) * size));
            for (int patch : NamedPatches.touched(region, config)) {
                shown[patch] = shown[patch] == Pointed.BACKGROUND ? Pointed.UNCLEAR : shown[patch];
            }
            for (int patch : NamedPatches.patches(region, config)) {
                shown[patch] = region.name();
            }
        });
        return shown;
    }
}
