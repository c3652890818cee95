package llava4j.teacher;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import llava4j.error.UserError;

/**
 * Captions and boxes of the same pictures, from COCO's two files.
 *
 * <p>Read element by element: {@code instances_train2017.json} has 450 MB, nearly all of it outlines that no teacher reads.
 * What one would get wrong: COCO's {@code bbox} is {@code [x, y, width, height]} in pixels, the teacher's context has two
 * corners in shares of the picture.
 */
final class CocoAnnotations {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Long, Size> sizes = new HashMap<>();
    private final Map<Long, String> categoryNames = new HashMap<>();
    private final List<AnnotatedPicture> pictures = new ArrayList<>();
    private int withoutCaption;

    private record Size(double width, double height) {
    }

    private CocoAnnotations() {
    }

    /**
     * Reads both files.
     *
     * @throws UserError naming file and element if one is not in COCO's format or the files are of different pictures
     */
    static CocoAnnotations read(Path captionsFile, Path instancesFile) {
        CocoAnnotations read = new CocoAnnotations();
        Map<Long, String> names = new LinkedHashMap<>();
        Map<Long, List<String>> captions = new HashMap<>();
        each(captionsFile, Map.of(
                "images", image -> names.put(id(captionsFile, image, "id"), text(captionsFile, image, "file_name")),
                "annotations", annotation -> captions
                        .computeIfAbsent(id(captionsFile, annotation, "image_id"), key -> new ArrayList<>())
                        .add(text(captionsFile, annotation, "caption").strip().replaceAll("\\s+", " "))));
        Map<Long, List<Box>> boxes = read.boxes(instancesFile);
        for (Map.Entry<Long, String> name : names.entrySet()) {
            long id = name.getKey();
            if (!read.sizes.containsKey(id)) {
                throw UserError.of("%s: lists no image %d, which %s has: are the two files of the same pictures?",
                        instancesFile, id, captionsFile);
            }
            if (captions.containsKey(id)) {
                read.pictures.add(new AnnotatedPicture(id, name.getValue(), captions.get(id),
                        boxes.getOrDefault(id, List.of())));
            } else {
                read.withoutCaption++;
            }
        }
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
    private Map<Long, List<Box>> boxes(Path file) {
        record Raw(long image, long category, double x, double y, double width, double height, boolean crowd) {
        }
        List<Raw> raw = new ArrayList<>();
        each(file, Map.of(
                "images", image -> sizes.put(id(file, image, "id"),
                        new Size(image.path("width").asDouble(), image.path("height").asDouble())),
                "categories", category -> categoryNames.put(id(file, category, "id"), text(file, category, "name")),
                "annotations", annotation -> {
                    JsonNode box = annotation.path("bbox");
                    if (box.size() != 4 || !box.get(0).isNumber() || !box.get(1).isNumber() || !box.get(2).isNumber()
                            || !box.get(3).isNumber() || box.get(2).asDouble() < 0 || box.get(3).asDouble() < 0) {
                        throw wrong(file, annotation, "\"bbox\": [x, y, width, height] in pixels");
                    }
                    raw.add(new Raw(id(file, annotation, "image_id"), id(file, annotation, "category_id"),
                            box.get(0).asDouble(), box.get(1).asDouble(), box.get(2).asDouble(), box.get(3).asDouble(),
                            annotation.path("iscrowd").asInt() == 1));
                }));
        Map<Long, List<Box>> boxes = new HashMap<>();
        for (Raw one : raw) {
            Size size = sizes.get(one.image);
            String category = categoryNames.get(one.category);
            if (size == null || category == null || !(size.width > 0) || !(size.height > 0)) {
                throw UserError.of("%s: a box of image %d, category %d needs that image, with \"width\" and \"height\", "
                        + "and that category in the same file", file, one.image, one.category);
            }
            boxes.computeIfAbsent(one.image, key -> new ArrayList<>()).add(new Box(category,
                    share(one.x, size.width), share(one.y, size.height), share(one.x + one.width, size.width),
                    share(one.y + one.height, size.height), one.crowd));
        }
        return boxes;
    }

    private static double share(double pixels, double side) {
        return Math.max(0, Math.min(1, pixels / side));
    }

    private static void each(Path file, Map<String, Consumer<JsonNode>> readers) {
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw UserError.of("%s: not a COCO file, which is a JSON object", file);
            }
            List<String> missing = new ArrayList<>(new TreeSet<>(readers.keySet()));
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                Consumer<JsonNode> reader = readers.get(field);
                if (parser.nextToken() != JsonToken.START_ARRAY || reader == null) {
                    parser.skipChildren();
                    continue;
                }
                missing.remove(field);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    reader.accept(JSON.readTree(parser));
                }
            }
            if (!missing.isEmpty()) {
                throw UserError.of("%s: needs the arrays %s, as COCO's files have them", file, String.join(", ", missing));
            }
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file,
                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(), e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: is it there?", e);
        }
    }

    private static long id(Path file, JsonNode element, String field) {
        if (!element.path(field).isIntegralNumber()) {
            throw wrong(file, element, "a whole number as \"" + field + "\"");
        }
        return element.get(field).asLong();
    }

    private static String text(Path file, JsonNode element, String field) {
        if (!element.path(field).isTextual() || element.get(field).asText().isBlank()) {
            throw wrong(file, element, "a text as \"" + field + "\"");
        }
        return element.get(field).asText();
    }

    private static UserError wrong(Path file, JsonNode element, String wanted) {
        String told = element.toString();
        return UserError.of("%s: %s needs %s", file, told.length() > 120 ? told.substring(0, 120) + "…" : told, wanted);
    }
}
