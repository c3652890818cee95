package llava4j.conversation;

import java.util.Map;

/**
 * What there is to talk about with a model of few words, for who used another one.
 *
 * @param instead  a word that the model knows, by one of near meaning that it does not
 * @param summary  the words that matter, as a sentence goes on after "it knows"; empty if that is not known
 */
public record WordGuide(Map<String, String> instead, String summary) {

    /** For a model of whose world nothing is known. */
    public static final WordGuide NONE = new WordGuide(Map.of(), "");
}
