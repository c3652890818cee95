package llava4j.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What is done to a file of one JSON object a line: anything that is done to JSON, within one line. */
final class JsonLines {

    private JsonLines() {
    }

    /** @param more damage to one line, beside what is done to any JSON */
    static List<Damage> of(KnownKeys known, List<Damage> more) {
        List<Damage> damages = new ArrayList<>();
        damages.add((file, random) -> new Mutant("empty", "", Expected.REFUSED));
        damages.add((file, random) -> new Mutant("line breaks alone", "\n\n\n", Expected.REFUSED));
        damages.add((file, random) -> new Mutant("empty lines between", JsonText.text(file).replace("\n", "\n\n"),
                Expected.SAME));
        damages.add((file, random) -> new Mutant("lines that end in CR LF", JsonText.text(file).replace("\n", "\r\n"),
                Expected.SAME));
        damages.add((file, random) -> new Mutant("two objects in a line", JsonText.text(file).replaceFirst("\n", " "),
                Expected.REFUSED));
        damages.add((file, random) -> new Mutant("a JSON list", "[" + String.join(",\n", lines(file)) + "]",
                Expected.REFUSED));
        damages.add(JsonLines::missing);
        damages.add((file, random) -> new Mutant("BOM in front", "\uFEFF" + JsonText.text(file), Expected.REFUSED_OR_SAME));
        Stream.of(more.stream(), JsonTree.of(known).stream(), Stream.<Damage>of(
                (line, random) -> ByteDamage.truncated(line, 1 + random.nextInt(line.length - 1), Expected.REFUSED),
                (line, random) -> new Mutant("garbage after it", JsonText.text(line) + " garbage", Expected.REFUSED),
                (line, random) -> new Mutant("a closing bracket too many", JsonText.text(line) + "}", Expected.REFUSED))).flatMap(each -> each)
                .forEach(damage -> damages.add((file, random) -> inOneLine(file, random, damage)));
        return damages;
    }

    private static List<String> lines(byte[] file) {
        return JsonText.text(file).lines().toList();
    }

    private static Mutant missing(byte[] file, Random random) {
        List<String> lines = new ArrayList<>(lines(file));
        int line = random.nextInt(lines.size());
        lines.remove(line);
        return new Mutant("without line " + (line + 1), String.join("\n", lines), Expected.EITHER);
    }

    private static Mutant inOneLine(byte[] file, Random random, Damage damage) throws java.io.IOException {
        List<String> lines = new ArrayList<>(lines(file));
        int line = random.nextInt(lines.size());
        Mutant mutant = damage.of(lines.get(line).getBytes(UTF_8), random);
        int before = String.join("\n", lines.subList(0, line)).getBytes(UTF_8).length + (line == 0 ? 0 : 1);
        int after = before + lines.get(line).getBytes(UTF_8).length;
        return new Mutant("line " + (line + 1) + ": " + mutant.name(),
                ByteDamage.joined(file, before, Arrays.copyOf(mutant.content(), mutant.content().length), after),
                mutant.expected());
    }
}
