package llava4j.teacher;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What people wrote about a picture: all that the teacher knows of it.
 *
 * @param id       in the annotation files
 * @param fileName of the picture
 * @param captions one or more
 * @param boxes    possibly none
 */
public record AnnotatedPicture(long id, String fileName, List<String> captions, List<Box> boxes) {

    /**
     * {@return the pictures of COCO's files that have a caption, in the order in which the captions' file lists them}
     *
     * @param captions  COCO's captions file
     * @param instances COCO's instances file, with categories and boxes
     * @throws llava4j.error.UserError if they are not COCO's or do not fit together
     */
    public static List<AnnotatedPicture> read(Path captions, Path instances) {
        return CocoAnnotations.read(captions, instances).pictures();
    }

    /**
     * The symbolic representation of the picture (paper, section 3 and Table 1): captions, a line each; after a blank line,
     * the boxes.
     *
     * @param withBoxes false for conversations, for which the paper shows the teacher captions alone
     */
    String context(boolean withBoxes) {
        String told = String.join("\n", captions);
        return !withBoxes || boxes.isEmpty() ? told
                : told + "\n\n" + boxes.stream().map(Box::line).collect(Collectors.joining("\n"));
    }

    /** Whether a caption says the phrase, case ignored, as whole words. */
    boolean says(String phrase) {
        String wanted = " " + words(phrase) + " ";
        return captions.stream().anyMatch(caption -> (" " + words(caption) + " ").contains(wanted));
    }

    private static String words(String text) {
        return text.toLowerCase(java.util.Locale.ROOT).replaceAll("[^\\p{L}\\p{N}-]+", " ").strip();
    }

    /** The file name without folder and ending. */
    String stem() {
        String name = fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
