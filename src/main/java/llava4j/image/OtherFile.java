package llava4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import llava4j.error.UserError;

/**
 * What a file seems to be that is none of the pictures read here, told by how it begins.
 *
 * <p>Where pictures were fetched by the thousand, some are not pictures: the page that says that there is none, a note
 * that Git LFS left in the picture's place, a photograph in a telephone's own format. Which of them it is says what to do.
 */
final class OtherFile {

    private static final String CONVERT = "save it as PNG or JPEG";
    private static final String FETCH = "fetch the picture itself";

    /** How much of the beginning is looked at. */
    private static final int LOOKED_AT = 1024;

    private record Kind(String start, int at, String name, String remedy) {
    }

    /** Bytes as characters 0 to 255, upper case. The first that fits is taken. */
    private static final List<Kind> KINDS = List.of(
            new Kind("VERSION HTTPS://GIT-LFS", 0, "a note of Git LFS in the picture's place", "git lfs pull fetches it"),
            new Kind("%PDF", 0, "a PDF", CONVERT),
            new Kind("FTYPAVI", 4, "AVIF", CONVERT),
            new Kind("FTYPHEI", 4, "HEIC, the format of some telephones", CONVERT),
            new Kind("FTYPHEV", 4, "HEIC, the format of some telephones", CONVERT),
            new Kind("FTYPMIF1", 4, "HEIF", CONVERT),
            new Kind("FTYPMSF1", 4, "HEIF", CONVERT),
            new Kind("FTYP", 4, "a film", "save one picture of it as PNG or JPEG"),
            new Kind("JXL ", 4, "JPEG XL", CONVERT),
            new Kind("\u00ff\n", 0, "JPEG XL", CONVERT),
            new Kind("JP  ", 4, "JPEG 2000", CONVERT),
            new Kind("8BPS", 0, "a picture of Photoshop", CONVERT),
            new Kind("\0\0\1\0", 0, "an icon (ICO)", CONVERT),
            new Kind("II+\0", 0, "a BigTIFF", CONVERT),
            new Kind("MM\0+", 0, "a BigTIFF", CONVERT),
            new Kind("P5", 0, "a picture of the PNM family", CONVERT),
            new Kind("P6", 0, "a picture of the PNM family", CONVERT),
            new Kind("PK\3\4", 0, "a ZIP archive", "unpack it"),
            new Kind("\u001f\u008b", 0, "a gzip archive", "unpack it"));

    private OtherFile() {
    }

    /** {@return the refusal, without the file's name} */
    static UserError refusal(ByteBuffer file) {
        byte[] start = new byte[Math.min(file.limit(), LOOKED_AT)];
        file.get(0, start);
        String text = new String(start, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
        for (Kind kind : KINDS) {
            if (text.startsWith(kind.start, kind.at)) {
                return refusal(kind.name, kind.remedy);
            }
        }
        if (text.contains("<SVG")) {
            return refusal("SVG, a drawing", CONVERT);
        }
        if (text.contains("<HTML") || text.contains("<!DOCTYPE HTML") || text.contains("<HEAD")) {
            return refusal("a web page (HTML), not a picture", FETCH);
        }
        if (text.chars().allMatch(c -> c == 0)) {
            return refusal("nothing but zeros", "fetch it again");
        }
        if (text.chars().allMatch(c -> c >= ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f')) {
            return refusal("text, not a picture", FETCH);
        }
        return refusal("in no format that is read here", CONVERT);
    }

    private static UserError refusal(String what, String remedy) {
        return UserError.of("this is %s: %s (PNG, JPEG, GIF, BMP, TIFF and WebP are read)", what, remedy);
    }
}
