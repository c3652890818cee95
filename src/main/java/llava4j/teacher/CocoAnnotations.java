package llava4j.teacher;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * Captions and boxes of the same pictures, from COCO's two files.
 *
 * <p>Read element by element: {@code instances_train2017.json} has 450 MB, nearly all of it outlines that no teacher reads.
 * What one would get wrong: COCO's {@code bbox} is {@code [x, y, width, height]} in pixels, the teacher's context has two
 * corners in shares of the picture. Ids are numbers in COCO and texts in files made after it; both are read.
 */
final class CocoAnnotations {

    /** More than any picture's side, in pixels: a box or size beyond is a mistake. */
    private static final double MOST_PIXELS = 1e6;

    private final Map<String, Size> sizes = new HashMap<>();
    private final Map<String, String> categoryNames = new HashMap<>();
    private final List<AnnotatedPicture> pictures = new ArrayList<>();
    private int withoutCaption;

    /** @param width and height in pixels; {@code null} where the file does not tell */
    private record Size(Double width, Double height) {

        static Size of(Fields image) {
            return new Size(side(image, "width"), side(image, "height"));
        }

        private static Double side(Fields image, String key) {
            return image.has(key) ? (Double) image.number(key, null, 1, MOST_PIXELS) : null;
        }
    }

    private CocoAnnotations() {
    }

    /**
     * Reads both files.
     *
     * @throws UserError naming file and elements if one is not in COCO's format or the files are of different pictures
     */
    static CocoAnnotations read(Path captionsFile, Path instancesFile) {
        CocoAnnotations read = new CocoAnnotations();
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, List<String>> captions = new HashMap<>();
        each(captionsFile, Map.of(
                "images", image -> add(names, image, image.fileName("file_name")),
                "annotations", annotation -> captions
                        .computeIfAbsent(annotation.id("image_id"), key -> new ArrayList<>())
                        .add(annotation.words("caption").strip().replaceAll("\\s+", " "))));
        Map<String, List<Box>> boxes = read.boxes(instancesFile);
        Faults faults = new Faults(captionsFile.toString());
        for (Map.Entry<String, String> name : names.entrySet()) {
            String id = name.getKey();
            if (!read.sizes.containsKey(id)) {
                faults.add(instancesFile + ": lists no image " + id + ", which " + captionsFile
                        + " has: are the two files of the same pictures?");
            }
            if (captions.containsKey(id)) {
                read.pictures.add(new AnnotatedPicture(number(id), name.getValue(), captions.get(id),
                        boxes.getOrDefault(id, List.of())));
            } else {
                read.withoutCaption++;
            }
        }
        captions.keySet().stream().filter(id -> !names.containsKey(id)).sorted().forEach(id ->
                faults.add(captionsFile + ": has captions of image " + id + ", which its \"images\" do not list"));
        faults.throwIfAny();
        if (read.pictures.isEmpty()) {
            throw UserError.of("%s: holds no captions", captionsFile);
        }
        return read;
    }

    /** In the order of the captions' {@code images}; those without a caption are left out. */
    List<AnnotatedPicture> pictures() {
        return pictures;
    }

    /** Number of pictures left out since nobody wrote a caption. */
    int withoutCaption() {
        return withoutCaption;
    }

    /** All names of things that boxes could have. */
    Set<String> categories() {
        return new TreeSet<>(categoryNames.values());
    }

    /** Boxes come before categories in some files, so they are turned into shares and names at the end. */
    private Map<String, List<Box>> boxes(Path file) {
        record Raw(String place, String image, String category, double[] box, boolean crowd) {
        }
        List<Raw> raw = new ArrayList<>();
        each(file, Map.of(
                "images", image -> add(sizes, image, Size.of(image)),
                "categories", category -> add(categoryNames, category, category.words("name")),
                "annotations", annotation -> raw.add(new Raw(annotation.place(), annotation.id("image_id"),
                        annotation.id("category_id"), box(annotation), annotation.integer("iscrowd", 0, 0, 1) == 1))));
        Map<String, List<Box>> boxes = new HashMap<>();
        Faults faults = new Faults(file.toString());
        for (Raw one : raw) {
            Size size = sizes.get(one.image);
            String category = categoryNames.get(one.category);
            if (size == null || category == null || size.width == null || size.height == null) {
                faults.add(one.place + ": a box of image " + one.image + ", category " + one.category + " needs that image, "
                        + "with \"width\" and \"height\", and that category in the same file");
                continue;
            }
            boxes.computeIfAbsent(one.image, key -> new ArrayList<>()).add(new Box(category,
                    share(one.box[0], size.width), share(one.box[1], size.height), share(one.box[0] + one.box[2], size.width),
                    share(one.box[1] + one.box[3], size.height), one.crowd));
        }
        faults.throwIfAny();
        return boxes;
    }

    /** COCO's own: left edge, upper edge, width and height in pixels. */
    private static double[] box(Fields annotation) {
        double[] box = annotation.numbers("bbox", 4, -MOST_PIXELS, MOST_PIXELS);
        if (box[2] < 0 || box[3] < 0) {
            throw annotation.error("bbox", "need [x, y, width, height], width and height not below 0");
        }
        return box;
    }

    private static double share(double pixels, double side) {
        return Math.max(0, Math.min(1, pixels / side));
    }

    private static <T> void add(Map<String, T> found, Fields element, T value) {
        if (found.putIfAbsent(element.id("id"), value) != null) {
            throw element.error("id", "another has that id");
        }
    }

    /** What the seeds of the samples are mixed with: the id, if it is a number. */
    private static long number(String id) {
        return id.matches("-?\\d{1,18}") ? Long.parseLong(id)
                : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    }

    private static void each(Path file, Map<String, Consumer<Fields>> readers) {
        Faults faults = new Faults(file.toString());
        Map<String, Consumer<Fields>> gathering = new HashMap<>();
        readers.forEach((array, reader) -> gathering.put(array, fields -> faults.gather(() -> reader.accept(fields))));
        JsonFile.arrays(file, gathering);
        faults.throwIfAny();
    }
}
