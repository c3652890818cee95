package llava4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;

/**
 * What a run is trained on: every sample of a data file, checked and tokenised, and the names of the pictures.
 *
 * <p>No text is kept and no picture has been decoded, so the set of a whole instruction mix fits in a gigabyte. It comes from
 * {@link SampleCheck}, the one place where a sample is declared fit to be trained on.
 */
public final class TrainingSet {

    private record Sample(String id, PackedTokens tokens, int[] images) {
    }

    private final ConversationEncoder encoder;
    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final List<String> pictures = new ArrayList<>();
    private long turns;

    TrainingSet(ConversationEncoder encoder) {
        this.encoder = encoder;
    }

    void add(Conversation sample, PackedTokens tokens) {
        samples.add(new Sample(sample.id(), tokens, sample.images().stream().mapToInt(this::place).toArray()));
        turns += sample.turns().size();
    }

    /** Takes out the samples that show one of some pictures, and these pictures; gives the names of the samples. */
    List<String> removeWith(Set<String> bad) {
        List<String> removed = new ArrayList<>();
        List<Sample> all = List.copyOf(samples);
        List<String> names = List.copyOf(pictures);
        samples.clear();
        places.clear();
        pictures.clear();
        for (Sample sample : all) {
            List<String> images = Arrays.stream(sample.images()).mapToObj(names::get).toList();
            if (images.stream().anyMatch(bad::contains)) {
                removed.add(sample.id());
            } else {
                samples.add(new Sample(sample.id(), sample.tokens(), images.stream().mapToInt(this::place).toArray()));
            }
        }
        return removed;
    }

    private int place(String image) {
        Integer known = places.putIfAbsent(image, pictures.size());
        if (known == null) {
            pictures.add(image);
        }
        return known == null ? pictures.size() - 1 : known;
    }

    /** {@return the number of samples} */
    public int samples() {
        return samples.size();
    }

    /** {@return the number of questions with their answers, in all samples} */
    public long turns() {
        return turns;
    }

    /** {@return the tokens of each sample, in the file's order, image tokens included} */
    public int[] lengths() {
        return samples.stream().mapToInt(sample -> sample.tokens().length()).toArray();
    }

    /**
     * {@return the name of a sample}
     *
     * @param sample place in the set, from 0
     */
    public String id(int sample) {
        return samples.get(sample).id();
    }

    /**
     * {@return a sample's token ids and what of them is scored}
     *
     * @param sample place in the set, from 0
     */
    public SupervisedTokens tokens(int sample) {
        return samples.get(sample).tokens().unpacked(encoder.imageTokenId(), encoder.imageTokens());
    }

    /**
     * {@return the file names of a sample's pictures, in the order in which they stand in its tokens}
     *
     * @param sample place in the set, from 0
     */
    public List<String> images(int sample) {
        List<String> images = new ArrayList<>();
        for (int place : samples.get(sample).images()) {
            images.add(pictures.get(place));
        }
        return images;
    }

    /** {@return the file names of all pictures, each once, in the order in which the file first names them} */
    public List<String> pictures() {
        return List.copyOf(pictures);
    }
}
