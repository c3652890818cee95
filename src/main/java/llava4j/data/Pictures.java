package llava4j.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.Llava;
import llava4j.error.UserError;

/**
 * Reads the pictures of a folder, one after another, and runs them through the frozen encoder.
 *
 * <p>All names are looked at before the first picture is decoded, and each picture is brought to the encoder's size as it
 * is read. What one would get wrong: photographs of a phone take 50 MB each when they are decoded, so that a batch of them
 * does not fit in memory. And a data file may come from anyone: it may name pictures of its own folder alone. (A symbolic
 * link in that folder was put there by the folder's owner, and is followed.)
 */
public final class Pictures {

    /** So many faults are told in full. */
    private static final int TOLD = 8;

    private Pictures() {
    }

    /**
     * {@return the features of some pictures}
     *
     * @param model  encodes them; its other parts are not used
     * @param folder where the pictures lie
     * @param names  file names below {@code folder}, each once
     * @throws UserError naming all pictures that are missing or outside the folder, or the first that cannot be read
     */
    public static FeatureStore features(Llava model, Path folder, List<String> names) {
        List<Path> files = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String name : names) {
            try {
                files.add(inside(folder, name));
            } catch (UserError e) {
                faults.add(e.getMessage());
            }
        }
        if (faults.size() == 1) {
            throw new UserError(faults.get(0));
        }
        if (!faults.isEmpty()) {
            throw UserError.of("%d pictures of %d: %s%s", faults.size(), names.size(),
                    String.join("; ", faults.subList(0, Math.min(TOLD, faults.size()))),
                    faults.size() > TOLD ? "; and so on" : "");
        }
        return new FeatureStore(names, model.imageFeaturesOf(files), model.config().imageTokens());
    }

    private static Path inside(Path folder, String name) {
        Path base = folder.toAbsolutePath().normalize();
        Path file;
        try {
            file = base.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new UserError("picture \"" + oneLine(name) + "\": no file can have that name here: " + e.getReason(), e);
        }
        if (!file.startsWith(base)) {
            throw UserError.of("picture \"%s\" lies outside %s: data files may name pictures of their own folder only",
                    oneLine(name), folder);
        }
        if (Files.isDirectory(file)) {
            throw UserError.of("%s: a folder, not a picture", oneLine(file.toString()));
        }
        if (!Files.isReadable(file)) {
            throw UserError.of(Files.exists(file) ? "%s: you may not read this picture: change its permissions"
                    : "%s: no such picture: give the folder that holds the pictures with --images", oneLine(file.toString()));
        }
        return file;
    }

    /** A name may hold line breaks, or halves of characters. */
    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
    }
}
