package exercises;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * The weights, the words and the pictures of the tiny LLaVA in {@code tiny-data}; all of the arithmetic is the student's.
 *
 * <p>A safetensors file is eight bytes with the length of a JSON header, the header (a name, a shape and two offsets for each
 * tensor), and then the numbers one after the other, here float32 in little-endian order. The values are handed out as
 * doubles.
 */
public final class TinyModel {

    /** Layers of the vision encoder. */
    public static final int ENCODER_LAYERS = 4;
    /** Layers of the language model. */
    public static final int DECODER_LAYERS = 3;
    /** Heads of each attention, in both. */
    public static final int HEADS = 4;
    /** Height and width of a patch in pixels. */
    public static final int PATCH = 16;
    /** What stands under the root in every normalisation. */
    public static final double EPS = 1e-5;
    /** The base of the rotary embedding. */
    public static final double ROPE_BASE = 10000;
    /** The id of {@code <s>}, with which every sequence begins. */
    public static final int BEGIN = 1;
    /** The id of {@code </s>}, with which every answer ends. */
    public static final int END = 3;
    /** The id that marks the place of a picture, as in exercise 09. */
    public static final int IMAGE = -200;

    private static final Pattern TOKEN = Pattern.compile("<image>|</?s>|\\n|[.,?]|(?:(?!<image>|</?s>)[^\\s.,?])+");

    private final Path data;
    private final Map<String, JsonNode> headers = new HashMap<>();
    private final Map<String, ByteBuffer> files = new HashMap<>();
    private final Map<String, double[][]> matrices = new HashMap<>();
    private final Map<String, Integer> words = new HashMap<>();

    private TinyModel(Path data) {
        this.data = data;
        open(data.resolve("pretrained/clip/model.safetensors"));
        open(data.resolve("pretrained/llava/model.safetensors"));
        try {
            new ObjectMapper().readTree(data.resolve("pretrained/llava/tokenizer.json").toFile()).get("model").get("vocab")
                    .properties().forEach(word -> words.put(word.getKey(), word.getValue().intValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        words.put("<image>", IMAGE);
    }

    /** The model in {@code tiny-data}, beside the exercises; an editor may also run them one folder higher. */
    public static TinyModel shipped() {
        Path home = Path.of(System.getProperty("home", "")).toAbsolutePath();
        Path beside = home.resolveSibling("tiny-data");
        return new TinyModel(Files.isDirectory(beside) ? beside : home.resolve("tiny-data"));
    }

    /** Whether there are weights of this name. */
    public boolean has(String name) {
        return headers.containsKey(name);
    }

    /** The matrix of this name, [out, in]; the shared array itself, so do not change it. */
    public double[][] matrix(String name) {
        return matrices.computeIfAbsent(name, n -> {
            int[] shape = shape(n);
            ByteBuffer from = numbers(n);
            double[][] rows = new double[shape[0]][shape.length == 1 ? 1 : shape[1]];
            for (double[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = from.getFloat();
                }
            }
            return rows;
        });
    }

    /** The vector of this name. */
    public double[] vector(String name) {
        double[] vector = new double[shape(name)[0]];
        ByteBuffer from = numbers(name);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = from.getFloat();
        }
        return vector;
    }

    /** The kernel of this name, [D, 3, p, p]. */
    public double[][][][] kernel(String name) {
        int[] shape = shape(name);
        double[][][][] kernel = new double[shape[0]][shape[1]][shape[2]][shape[3]];
        ByteBuffer from = numbers(name);
        for (double[][][] one : kernel) {
            for (double[][] channel : one) {
                for (double[] row : channel) {
                    for (int i = 0; i < row.length; i++) {
                        row[i] = from.getFloat();
                    }
                }
            }
        }
        return kernel;
    }

    /** The ids of a text's words; {@link #IMAGE} for {@code <image>}. {@link #BEGIN} is not added. */
    public int[] ids(String text) {
        List<Integer> ids = new ArrayList<>();
        Matcher token = TOKEN.matcher(text.toLowerCase(Locale.ROOT));
        while (token.find()) {
            Integer id = words.get(token.group());
            if (id == null) {
                throw new IllegalArgumentException("the tiny model has no word \"" + token.group() + "\"");
            }
            ids.add(id);
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The text of these ids. */
    public String text(int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            words.forEach((word, number) -> text.append(number == id ? " " + word : ""));
        }
        return text.toString().strip().replaceAll(" ([.,?])", "$1");
    }

    /** The pixel values of a held-out picture, {@code 000001} .., between -1 and 1: [3, 48, 48]. */
    public double[][][] picture(String name) {
        Path file = data.resolve("held-out/images/" + name + ".png");
        try {
            BufferedImage image = ImageIO.read(file.toFile());
            double[][][] picture = new double[3][image.getHeight()][image.getWidth()];
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < image.getHeight(); y++) {
                    for (int x = 0; x < image.getWidth(); x++) {
                        picture[c][y][x] = ((image.getRGB(x, y) >> 16 - 8 * c & 0xff) / 255.0 - 0.5) / 0.5;
                    }
                }
            }
            return picture;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void open(Path file) {
        try {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[(int) all.getLong()];
            all.get(header);
            ByteBuffer numbers = all.slice().order(ByteOrder.LITTLE_ENDIAN);
            new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8)).properties().forEach(tensor -> {
                headers.put(tensor.getKey(), tensor.getValue());
                files.put(tensor.getKey(), numbers);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the tiny model is not here: " + file, e);
        }
    }

    private JsonNode header(String name) {
        JsonNode header = headers.get(name);
        if (header == null) {
            throw new IllegalArgumentException("the tiny model has no weights called " + name);
        }
        return header;
    }

    private int[] shape(String name) {
        JsonNode shape = header(name).get("shape");
        int[] sizes = new int[shape.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.get(i).intValue();
        }
        return sizes;
    }

    private ByteBuffer numbers(String name) {
        int begin = header(name).get("data_offsets").get(0).intValue();
        return files.get(name).duplicate().order(ByteOrder.LITTLE_ENDIAN).position(begin);
    }
}
