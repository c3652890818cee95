package llava4j.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was not taken over from a data file as it stands, counted by reason, with the names of the first samples of each. */
final class LeftOut {

    private static final int NAMED = 8;

    private final Map<String, List<String>> named = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    void add(String reason, String id) {
        counts.merge(reason, 1, Integer::sum);
        List<String> ids = named.computeIfAbsent(reason, r -> new ArrayList<>());
        if (ids.size() < NAMED) {
            ids.add(id);
        }
    }

    /** One line a reason. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        named.forEach((reason, ids) -> {
            int count = counts.get(reason);
            lines.add(count + (count == 1 ? " sample " : " samples ") + reason + ": " + String.join(", ", ids)
                    + (count > ids.size() ? " and " + (count - ids.size()) + " more" : ""));
        });
        return lines;
    }
}
