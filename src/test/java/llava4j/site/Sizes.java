package llava4j.site;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.model.LlavaConfig;
import llava4j.plan.Presets;

/** Shapes in symbols, such as {@code [1+P, Dv]}, with a model's own sizes put in. What has no fixed size keeps its letter. */
final class Sizes {

    static final Sizes TINY = new Sizes("tiny");
    static final Sizes SEVEN_BILLION = new Sizes("llava-7b");

    private static final Pattern SHAPE = Pattern.compile("\\[([^]]*)]");

    private final Map<String, Long> values = new LinkedHashMap<>();

    private Sizes(String preset) {
        LlavaConfig config = Presets.of(preset);
        values.put("S", (long) config.vision().imageSize());
        values.put("p", (long) config.vision().patchSize());
        values.put("P", (long) config.vision().patches());
        values.put("Dv", (long) config.vision().hiddenSize());
        values.put("Hg", (long) config.vision().heads());
        values.put("dg", (long) config.vision().hiddenSize() / config.vision().heads());
        values.put("D", (long) config.decoder().hiddenSize());
        values.put("F", (long) config.decoder().intermediateSize());
        values.put("H", (long) config.decoder().heads());
        values.put("Hkv", (long) config.decoder().keyValueHeads());
        values.put("d", (long) config.decoder().headSize());
        values.put("L", (long) config.decoder().layers());
        values.put("V", (long) config.decoder().vocabularySize());
    }

    /** The shape with figures for letters; products and sums of figures alone are worked out. */
    String of(String shape) {
        return SHAPE.matcher(shape).replaceAll(found -> Matcher.quoteReplacement("[" + Arrays.stream(found.group(1).split(","))
                .map(String::strip).map(this::dimension).collect(Collectors.joining(", ")) + "]"));
    }

    private String dimension(String term) {
        return Arrays.stream(term.split("\\+")).map(this::product).reduce((a, b) ->
                a.matches("\\d+") && b.matches("\\d+") ? String.valueOf(Long.parseLong(a) + Long.parseLong(b)) : a + "+" + b)
                .orElseThrow();
    }

    private String product(String term) {
        long known = 1;
        boolean any = false;
        StringBuilder letters = new StringBuilder();
        for (String factor : term.split("[*·]")) {
            String name = factor.strip();
            Long value = name.matches("\\d+") ? Long.valueOf(name) : values.get(name);
            if (value == null) {
                letters.append(letters.isEmpty() ? "" : "·").append(name);
            } else {
                known *= value;
                any = true;
            }
        }
        return letters.isEmpty() ? String.valueOf(known) : any && known != 1 ? letters + "·" + known : letters.toString();
    }
}
