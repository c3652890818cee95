package llava4j.pretrain;

import java.util.ArrayList;
import java.util.List;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.vision.RegionContrast.Regions;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which patches show a thing: those that its box covers by more than half, or the one that it covers most of where there is none.
 *
 * <p>Row r of the matrix that comes out averages the patches of region r: [R, B*P]. What one would get wrong: taking every patch
 * that the box touches. Of a small thing most are the neighbour's, or the meadow.
 */
final class RegionPatches {

    private static final double MOSTLY = 0.5;

    private RegionPatches() {
    }

    /**
     * {@return the regions of all pictures, in order}
     *
     * @param pictures of the encoder's size, so that a pixel of a region is one of the picture's
     * @param config   sides of a picture and of a patch
     */
    static Regions of(List<CaptionedPicture> pictures, VisionConfig config) {
        List<float[]> rows = new ArrayList<>();
        List<Integer> names = new ArrayList<>();
        for (int picture = 0; picture < pictures.size(); picture++) {
            for (CaptionedPicture.Region region : pictures.get(picture).regions()) {
                float[] row = new float[pictures.size() * config.patches()];
                List<Integer> patches = patches(region, config);
                for (int patch : patches) {
                    row[picture * config.patches() + patch] = 1f / patches.size();
                }
                rows.add(row);
                names.add(region.name());
            }
        }
        return new Regions(Nd4j.createFromArray(rows.toArray(float[][]::new)),
                names.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * {@return the patches of one region, row by row}
     *
     * @param region in pixels
     * @param config sides of a picture and of a patch
     */
    static List<Integer> patches(CaptionedPicture.Region region, VisionConfig config) {
        int side = config.patchSize();
        int across = config.imageSize() / side;
        List<Integer> covered = new ArrayList<>();
        int most = 0;
        double largest = 0;
        for (int patch = 0; patch < config.patches(); patch++) {
            int left = patch % across * side;
            int top = patch / across * side;
            double share = overlap(region.x(), region.width(), left, side) * overlap(region.y(), region.height(), top, side)
                    / (double) (side * side);
            if (share > MOSTLY) {
                covered.add(patch);
            }
            if (share > largest) {
                largest = share;
                most = patch;
            }
        }
        return covered.isEmpty() ? List.of(most) : covered;
    }

    private static int overlap(int from, int length, int otherFrom, int otherLength) {
        return Math.max(0, Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom));
    }
}
