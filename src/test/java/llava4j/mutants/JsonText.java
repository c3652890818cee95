package llava4j.mutants;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Random;

/** What is done to a JSON file as a text, whatever it says: encodings, what stands before and after, where it ends. */
final class JsonText {

    private static final String BOM = "\uFEFF";

    private JsonText() {
    }

    /** @param known says whether a file may be without any key */
    static List<Damage> of(KnownKeys known) {
        return List.of(
                (file, random) -> after(file, "{}", Expected.REFUSED),
                (file, random) -> new Mutant("empty", "", Expected.REFUSED),
                (file, random) -> new Mutant("white space alone", " \n\t\n", Expected.REFUSED),
                (file, random) -> new Mutant("spaces and line breaks between all tokens", spaced(text(file)), Expected.SAME),
                (file, random) -> cutInside(file, random),
                (file, random) -> new Mutant("the whole document twice", text(file) + text(file), Expected.REFUSED),
                (file, random) -> after(file, "garbage", Expected.REFUSED),
                (file, random) -> after(file, "]", Expected.REFUSED),
                (file, random) -> after(file, "\u0000", Expected.REFUSED),
                (file, random) -> before(file, "/* made by hand */ ", Expected.REFUSED),
                (file, random) -> after(file, "// made by hand", Expected.REFUSED),
                (file, random) -> before(file, BOM, Expected.REFUSED_OR_SAME),
                (file, random) -> encoded(file, UTF_16LE, ""),
                (file, random) -> encoded(file, UTF_16BE, ""),
                (file, random) -> encoded(file, UTF_16LE, BOM),
                (file, random) -> new Mutant("text null alone", "null", Expected.REFUSED),
                (file, random) -> new Mutant("a number alone", "7", Expected.REFUSED),
                (file, random) -> new Mutant("a text alone", "\"text\"", Expected.REFUSED),
                (file, random) -> new Mutant("an empty list alone", "[]", Expected.REFUSED),
                (file, random) -> new Mutant("an empty object alone", "{}", known.ofNothing()),
                (file, random) -> new Mutant("100,000 lists in each other, closed", "[".repeat(100_000) + "]".repeat(100_000),
                        Expected.REFUSED),
                (file, random) -> new Mutant("100,000 objects in each other, cut off", "{\"a\":".repeat(100_000),
                        Expected.REFUSED),
                (file, random) -> badUtf8(file, random));
    }

    static String text(byte[] file) {
        return new String(file, UTF_8);
    }

    private static Mutant after(byte[] file, String more, Expected expected) {
        return new Mutant(quoted(more) + " after the end", text(file) + more, expected);
    }

    private static Mutant before(byte[] file, String more, Expected expected) {
        return new Mutant(quoted(more) + " in front", more + text(file), expected);
    }

    private static String quoted(String text) {
        return "\"" + text.strip().replace("\u0000", "NUL").replace(BOM, "BOM") + "\"";
    }

    private static Mutant encoded(byte[] file, Charset charset, String before) {
        return new Mutant("in " + charset + (before.isEmpty() ? "" : " with a BOM"), (before + text(file)).getBytes(charset),
                Expected.REFUSED_OR_SAME);
    }

    /** Cut before the last bracket, so that something is surely missing. */
    private static Mutant cutInside(byte[] file, Random random) {
        return ByteDamage.truncated(file, 1 + random.nextInt(text(file).stripTrailing().getBytes(UTF_8).length - 1),
                Expected.REFUSED);
    }

    /** A byte that begins no character, within a text. */
    private static Mutant badUtf8(byte[] file, Random random) {
        int place;
        do {
            place = 1 + random.nextInt(file.length - 1);
        } while (!Character.isLetter(file[place]) || !Character.isLetter(file[place - 1]));
        byte[] bytes = file.clone();
        bytes[place] = (byte) 0xff;
        return new Mutant("byte " + place + " is FF, which is no UTF-8", bytes, Expected.REFUSED);
    }

    /** White space wherever JSON allows it, which is outside of texts. */
    private static String spaced(String json) {
        StringBuilder spaced = new StringBuilder();
        boolean within = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean escaped = within && c == '\\';
            within ^= c == '"';
            boolean separate = !within && "{}[],:".indexOf(c) >= 0;
            spaced.append(separate ? " \n\t" : "").append(c).append(separate ? "\r\n " : "");
            if (escaped) {
                spaced.append(json.charAt(++i));
            }
        }
        return spaced.toString();
    }
}
