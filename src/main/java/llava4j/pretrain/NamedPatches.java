package llava4j.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.vision.PatchContrast.Patches;
import llava4j.vision.VisionConfig;

/**
 * Which patches show a thing: those that its box covers by more than half, or the one that it covers most of where there is none.
 *
 * <p>What one would get wrong: taking every patch that the box touches. Of a small thing most are the neighbour's, or the meadow.
 */
final class NamedPatches {

    private static final double MOSTLY = 0.5;

    private NamedPatches() {
    }

    /**
     * {@return all patches that show something, picture by picture}
     *
     * @param pictures of the encoder's size, so that a pixel of a region is one of the picture's
     * @param config   sides of a picture and of a patch
     */
    static Patches all(List<CaptionedPicture> pictures, VisionConfig config) {
        return of(pictures, config, patches -> patches);
    }

    /**
     * {@return some patches of each thing, the same number of each, so that a large thing counts no more than a small one}
     *
     * @param pictures of the encoder's size, so that a pixel of a region is one of the picture's
     * @param config   sides of a picture and of a patch
     * @param each     how many of each thing; one may be drawn twice
     * @param random   draws them
     */
    static Patches some(List<CaptionedPicture> pictures, VisionConfig config, int each, Random random) {
        return of(pictures, config, patches -> random.ints(each, 0, patches.size()).mapToObj(patches::get).toList());
    }

    private static Patches of(List<CaptionedPicture> pictures, VisionConfig config, UnaryOperator<List<Integer>> choice) {
        List<Integer> rows = new ArrayList<>();
        List<Integer> names = new ArrayList<>();
        for (int picture = 0; picture < pictures.size(); picture++) {
            for (CaptionedPicture.Region region : pictures.get(picture).regions()) {
                for (int patch : choice.apply(patches(region, config))) {
                    rows.add(picture * config.patches() + patch);
                    names.add(region.name());
                }
            }
        }
        return new Patches(rows.stream().mapToInt(Integer::intValue).toArray(), names.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * {@return the patches of one region, row by row}
     *
     * @param region in pixels
     * @param config sides of a picture and of a patch
     */
    static List<Integer> patches(CaptionedPicture.Region region, VisionConfig config) {
        List<Integer> touched = touched(region, config);
        List<Integer> covered = touched.stream().filter(patch -> share(region, patch, config) > MOSTLY).toList();
        return !covered.isEmpty() ? covered : List.of(touched.stream().reduce((most, patch) ->
                share(region, patch, config) > share(region, most, config) ? patch : most).orElse(0));
    }

    /**
     * {@return the patches that one region covers in part or in whole, row by row}
     *
     * @param region in pixels
     * @param config sides of a picture and of a patch
     */
    static List<Integer> touched(CaptionedPicture.Region region, VisionConfig config) {
        return IntStream.range(0, config.patches()).filter(patch -> share(region, patch, config) > 0).boxed().toList();
    }

    private static double share(CaptionedPicture.Region region, int patch, VisionConfig config) {
        int side = config.patchSize();
        int across = config.imageSize() / side;
        return overlap(region.x(), region.width(), patch % across * side, side)
                * overlap(region.y(), region.height(), patch / across * side, side) / (double) (side * side);
    }

    private static int overlap(int from, int length, int otherFrom, int otherLength) {
        return Math.max(0, Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom));
    }
}
