package llava4j.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * {@code preprocessor_config.json}: the JSON form of {@link ImageProcessorConfig}.
 *
 * <p>Three spellings are about: {@code "size": {"shortest_edge": 224}}, {@code "size": {"height": .., "width": ..}} and
 * the old {@code "size": 224}. What one would get wrong: the bare number means the shorter edge for {@code size} but a
 * square for {@code crop_size}; and {@code null} means the default, not "off".
 */
final class ImageProcessorJson {

    private static final Set<String> CLIP_TYPES = Set.of("CLIPImageProcessor", "CLIPImageProcessorFast",
            "CLIPImageProcessorPil", "CLIPFeatureExtractor", "LlavaImageProcessor", "LlavaImageProcessorFast",
            "LlavaImageProcessorPil");
    /** Those of BLIP-2 and IDEFICS: the whole picture to a square, its proportions given up, and nothing cut off. */
    private static final Set<String> SQUARE_TYPES = Set.of("BlipImageProcessor", "BlipImageProcessorFast",
            "BlipImageProcessorPil", "IdeficsImageProcessor", "IdeficsImageProcessorFast", "IdeficsImageProcessorPil");
    private static final Set<String> SETTINGS = Set.of("image_processor_type", "feature_extractor_type", "do_resize",
            "size", "image_size", "do_center_crop", "crop_size", "do_normalize", "image_mean", "image_std");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final JsonNode fields;

    private ImageProcessorJson(JsonNode fields) {
        this.fields = fields;
    }

    static ImageProcessorConfig read(Path file) {
        Fields root = JsonFile.object(file);
        JsonNode fields = (root.has("image_processor") ? root.at("image_processor") : root).json();
        // A processor_config.json of transformers 4 has no such part: reading defaults from it would be a guess
        if (SETTINGS.stream().noneMatch(fields::has)) {
            throw UserError.of("%s: it holds no settings of an image processor; they may be in preprocessor_config.json"
                    + " beside it", file);
        }
        try {
            return new ImageProcessorJson(fields).config();
        } catch (UserError e) {
            throw new UserError(file + ": " + e.getMessage(), e);
        }
    }

    private ImageProcessorConfig config() {
        refuseOtherProcessors();
        ImageProcessorConfig clip = ImageProcessorConfig.clip(224);
        if (isSquare()) {
            return square(clip);
        }
        return new ImageProcessorConfig(
                flag("do_resize", true),
                present("size") ? size(fields.get("size")) : clip.size(),
                present("resample") ? filter() : clip.resample(),
                flag("do_center_crop", true),
                present("crop_size") ? cropSize(fields.get("crop_size")) : clip.cropSize(),
                flag("do_rescale", true),
                present("rescale_factor") ? rescaleFactor() : clip.rescaleFactor(),
                flag("do_normalize", true),
                present("image_mean") ? channels("image_mean") : clip.imageMean(),
                present("image_std") ? channels("image_std") : clip.imageStd(),
                flag("do_convert_rgb", true));
    }

    private boolean isSquare() {
        return List.of("image_processor_type", "feature_extractor_type").stream()
                .anyMatch(key -> present(key) && SQUARE_TYPES.contains(fields.get(key).asText()));
    }

    private ImageProcessorConfig square(ImageProcessorConfig clip) {
        // IDEFICS' first files say image_size alone, the side of the square
        ImageSize side = present("size") ? fields.get("size").isNumber() ? cropSize(fields.get("size"))
                : heightAndWidth("size", fields.get("size"))
                : present("image_size") ? cropSize(fields.get("image_size")) : clip.cropSize();
        return new ImageProcessorConfig(flag("do_resize", true), ResizeTarget.exactly(side.height(), side.width()),
                present("resample") ? filter() : clip.resample(), flag("do_center_crop", false), side,
                flag("do_rescale", true), present("rescale_factor") ? rescaleFactor() : clip.rescaleFactor(),
                flag("do_normalize", true), present("image_mean") ? channels("image_mean") : clip.imageMean(),
                present("image_std") ? channels("image_std") : clip.imageStd(), flag("do_convert_rgb", true));
    }

    private void refuseOtherProcessors() {
        for (String key : List.of("image_processor_type", "feature_extractor_type")) {
            if (present(key) && !CLIP_TYPES.contains(fields.get(key).asText())
                    && !SQUARE_TYPES.contains(fields.get(key).asText())) {
                throw UserError.of("%s %s is not supported: it must be CLIPImageProcessor, BlipImageProcessor or "
                        + "IdeficsImageProcessor", key,
                        shown(fields.get(key)));
            }
        }
        if (flag("do_pad", false)) {
            throw UserError.of("do_pad is not supported; for LLaVA-1.5's padding set \"image_aspect_ratio\": \"pad\" in"
                    + " config.json");
        }
    }

    private ResizeTarget size(JsonNode size) {
        if (size.isNumber()) {
            return ResizeTarget.shortestEdge(edge("size", size));
        }
        if (size.size() == 1 && size.has("shortest_edge")) {
            return ResizeTarget.shortestEdge(edge("size.shortest_edge", size.get("shortest_edge")));
        }
        ImageSize exact = heightAndWidth("size", size);
        return ResizeTarget.exactly(exact.height(), exact.width());
    }

    private ImageSize cropSize(JsonNode size) {
        if (size.isNumber()) {
            int edge = integer("crop_size", size);
            return new ImageSize(edge, edge);
        }
        return heightAndWidth("crop_size", size);
    }

    private ResamplingFilter filter() {
        return ResamplingFilter.of(integer("resample", fields.get("resample")));
    }

    private double rescaleFactor() {
        return number("rescale_factor", fields.get("rescale_factor"));
    }

    private ImageSize heightAndWidth(String key, JsonNode size) {
        if (size.size() != 2 || !size.has("height") || !size.has("width")) {
            throw UserError.of("%s %s is not supported: it must be a number, {\"shortest_edge\"} (size alone) or"
                    + " {\"height\", \"width\"}", key, shown(size));
        }
        return new ImageSize(integer(key + ".height", size.get("height")), integer(key + ".width", size.get("width")));
    }

    private int edge(String key, JsonNode node) {
        int pixels = integer(key, node);
        if (pixels < 1) {
            throw UserError.of("%s %d must be at least 1", key, pixels);
        }
        return pixels;
    }

    private List<Double> channels(String key) {
        JsonNode node = fields.get(key);
        if (node.isNumber()) {
            double value = number(key, node);
            return List.of(value, value, value);
        }
        if (!node.isArray()) {
            throw UserError.of("%s %s must be three numbers", key, shown(node));
        }
        List<Double> values = new ArrayList<>();
        for (JsonNode value : node) {
            values.add(number(key, value));
        }
        return values;
    }

    private boolean present(String key) {
        return fields.hasNonNull(key);
    }

    private boolean flag(String key, boolean otherwise) {
        if (!present(key)) {
            return otherwise;
        }
        if (!fields.get(key).isBoolean()) {
            throw UserError.of("%s %s must be true or false", key, shown(fields.get(key)));
        }
        return fields.get(key).booleanValue();
    }

    private static int integer(String key, JsonNode node) {
        if (!node.canConvertToExactIntegral() || !node.canConvertToInt()) {
            throw UserError.of("%s %s must be a whole number", key, shown(node));
        }
        return node.intValue();
    }

    private static double number(String key, JsonNode node) {
        if (!node.isNumber()) {
            throw UserError.of("%s %s must be a number", key, shown(node));
        }
        return node.doubleValue();
    }

    /** A value as it stands in the file, cut to what a line can hold. */
    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    static void write(ImageProcessorConfig config, Path file, ImageProcessorType type) {
        ObjectNode root = JSON.createObjectNode();
        if (type.crops()) {
            root.set("crop_size", JSON.createObjectNode()
                    .put("height", config.cropSize().height()).put("width", config.cropSize().width()));
            root.put("do_center_crop", config.doCenterCrop());
        }
        root.put("do_convert_rgb", config.doConvertRgb());
        root.put("do_normalize", config.doNormalize());
        root.put("do_rescale", config.doRescale());
        root.put("do_resize", config.doResize());
        root.set("image_mean", array(config.imageMean()));
        if (type == ImageProcessorType.IDEFICS) {
            root.put("image_num_channels", 3);
        }
        root.put("image_processor_type", type.name);
        ResizeTarget size = config.size();
        if (type == ImageProcessorType.IDEFICS && size.height() == size.width()) {
            root.put("image_size", size.height());
        }
        root.set("image_std", array(config.imageStd()));
        root.put("resample", config.resample().code);
        root.put("rescale_factor", config.rescaleFactor());
        root.set("size", size.shortestEdge() != 0
                ? JSON.createObjectNode().put("shortest_edge", size.shortestEdge())
                : JSON.createObjectNode().put("height", size.height()).put("width", size.width()));
        replace(file, root);
    }

    /** Under another name first, so that nobody finds half a file. */
    private static void replace(Path file, JsonNode root) {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        try {
            // Jackson ends lines as the system does; the file has the same bytes on Windows
            Files.writeString(partial, JSON.writeValueAsString(root).replace("\r\n", "\n"));
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            partial.toFile().delete();
            throw new UserError(file + ": cannot be written; is its folder there, and is there room?", e);
        }
    }

    private static ArrayNode array(List<Double> values) {
        ArrayNode array = JSON.createArrayNode();
        values.forEach(array::add);
        return array;
    }
}
