package llava4j.evaluate.picturebook;

/**
 * Whether an answer denies a thing without its name: "There isn't one", "I do not see it", "Nowhere".
 *
 * <p>"I don't know" and "It is not on the left" deny nothing: the one is no answer, the other takes for granted that it is there.
 */
final class NoSuchThing {

    private NoSuchThing() {
    }

    static boolean isSaid(Reading said) {
        Words words = said.words;
        for (int start = 0; start < words.size(); start = words.sentenceEnd(start) + 1) {
            int end = words.sentenceEnd(start);
            boolean thing = words.any(start, end, "it", "one", "any", "that", "such", "this", "them");
            boolean seen = words.any(start, end, "see", "find", "there", "visible", "shown", "picture", "image", "here", "present",
                    "appear", "spot");
            boolean other = words.any(start, end, "know", "sure", "certain", "left", "right", "top", "bottom", "middle", "above",
                    "below");
            if (words.any(start, end, "nowhere") || words.any(start, end, "none") && seen
                    || words.any(start, end, "not") && thing && seen && !other) {
                return true;
            }
        }
        return false;
    }
}
