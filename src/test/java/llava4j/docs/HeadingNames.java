package llava4j.docs;

import java.util.Locale;
import java.util.Map;

/** The names by which a page's headings can be linked, as GitHub gives them. */
public final class HeadingNames {

    private HeadingNames() {
    }

    /** {@return the heading in lower case, its punctuation away, a hyphen for each space} */
    public static String of(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "").replace(' ', '-');
    }

    /**
     * {@return the same, with a number after a name that was there before}
     *
     * @param heading in words
     * @param seen    how often each name was there on this page; it is counted on
     */
    public static String of(String heading, Map<String, Integer> seen) {
        String name = of(heading);
        int before = seen.merge(name, 1, Integer::sum) - 1;
        return before == 0 ? name : name + "-" + before;
    }
}
