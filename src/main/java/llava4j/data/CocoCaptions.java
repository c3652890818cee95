package llava4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * Captions in COCO's format, {@code {images: [{id, file_name}], annotations: [{id, image_id, caption}]}}, as the one-turn
 * conversations of stage 1: the instruction is the picture alone, the answer its caption (paper, section 4.2).
 *
 * <p>Ids are numbers in COCO's own files and texts in others; 1 and "1" name the same picture.
 */
final class CocoCaptions implements Iterator<Conversation> {

    private record Caption(String id, String image, String text, UserError fault) {
    }

    private final Path file;
    private final Map<String, String> names = new HashMap<>();
    private final List<UserError> faults = new ArrayList<>();
    private final List<Caption> captions = new ArrayList<>();
    private int next;

    /**
     * Reads the file, in which pictures and captions may come in any order.
     *
     * @throws UserError if it is not a COCO file
     */
    CocoCaptions(Path file) {
        this.file = file;
        JsonFile.arrays(file, Map.of("images", this::image, "annotations", this::annotation));
    }

    private void image(Fields image) {
        try {
            String name = image.fileName("file_name");
            String other = names.putIfAbsent(image.id("id"), name);
            if (other != null && !other.equals(name)) {
                throw image.error("id", "this is the id of " + Fields.shortened(other) + " too");
            }
        } catch (UserError e) {
            faults.add(e);
        }
    }

    private void annotation(Fields annotation) {
        try {
            String id = annotation.has("id") ? annotation.id("id") : "number " + (captions.size() + 1);
            captions.add(new Caption(id, annotation.id("image_id"), annotation.words("caption"), null));
        } catch (UserError e) {
            captions.add(new Caption(null, null, null, e));
        }
    }

    @Override
    public boolean hasNext() {
        return !faults.isEmpty() || next < captions.size();
    }

    /** @throws UserError if the next picture or caption is not of the format; the one after it can be asked for */
    @Override
    public Conversation next() {
        if (!faults.isEmpty()) {
            throw faults.remove(0);
        }
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Caption caption = captions.set(next++, null);
        if (caption.fault() != null) {
            throw caption.fault();
        }
        String name = names.get(caption.image());
        if (name == null) {
            throw UserError.of("%s: annotation %s: no image has the id %s that its \"image_id\" gives", file, caption.id(),
                    Fields.shortened(caption.image()));
        }
        return new Conversation("caption-" + caption.id(), List.of(name), List.of(new Turn(Conversation.IMAGE, caption.text())));
    }
}
