package llava4j.tinyworld;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Painted scenes and their captions, endlessly many, for the contrast that CLIP learns from.
 *
 * <p>Half of each batch are near misses, a scene and the same scene with one colour, kind or place changed. Without them
 * the towers need not look closely: among random scenes, counting the things already finds most partners.
 */
public final class SceneContrast {

    private SceneContrast() {
    }

    /**
     * {@return pictures with a caption each: a scene, its near miss, the next scene, and so on}
     *
     * @param pairs  how many, an even number
     * @param random chooses everything
     */
    public static List<CaptionedPicture> batch(int pairs, Random random) {
        List<Scene> scenes = new ArrayList<>();
        while (scenes.size() < pairs) {
            Scene scene = Scene.random(random);
            scenes.add(scene);
            scenes.add(nearMiss(scene, random));
        }
        List<BufferedImage> pictures = scenes.stream().map(scene -> Painter.paint(scene, random)).toList();
        return IntStream.range(0, pairs).mapToObj(i ->
                new CaptionedPicture(pictures.get(i), Telling.caption(scenes.get(i), random))).toList();
    }

    private static Scene nearMiss(Scene scene, Random random) {
        List<Thing> things = new ArrayList<>(scene.things());
        int i = random.nextInt(things.size());
        Thing old = things.get(i);
        double which = random.nextDouble();
        if (which < 0.4) {
            things.set(i, new Thing(other(Scene.COLORS, List.of(old.color()), random), old.kind(), old.cell()));
        } else if (which < 0.7) {
            List<String> present = things.stream().map(Thing::kind).collect(Collectors.toList());
            things.set(i, new Thing(old.color(), other(Scene.KINDS, present, random), old.cell()));
        } else if (which < 0.85 && things.size() > 1) {
            int j = (i + 1) % things.size();
            Thing partner = things.get(j);
            things.set(i, new Thing(partner.color(), old.kind(), old.cell()));
            things.set(j, new Thing(old.color(), partner.kind(), partner.cell()));
        } else {
            List<Integer> taken = things.stream().map(Thing::cell).collect(Collectors.toList());
            int cell = random.nextInt(9);
            while (taken.contains(cell)) {
                cell = random.nextInt(9);
            }
            things.set(i, new Thing(old.color(), old.kind(), cell));
        }
        things.sort(Comparator.comparingInt(Thing::cell));
        return new Scene(List.copyOf(things));
    }

    private static String other(List<String> from, List<String> not, Random random) {
        List<String> left = from.stream().filter(word -> !not.contains(word)).collect(Collectors.toList());
        return left.get(random.nextInt(left.size()));
    }
}
