package llava4j.teacher;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Which samples to ask for, in order.
 *
 * <p>Either so many of each kind about every picture, or a total in a proportion of kinds, the paper's 58 : 23 : 77 unless
 * said otherwise. Every beginning of a proportioned plan has that proportion too, and a longer plan begins as a shorter one
 * does: a run that a budget ends is a smaller data set, not a lopsided one, and can be gone on with.
 *
 * @param numbers    for each kind: samples about every picture, or share of the total
 * @param perPicture which of the two
 * @param limit      most samples in all
 * @param seed       of the choice of pictures and of what is asked
 */
public record SamplePlan(Map<InstructionKind, Integer> numbers, boolean perPicture, int limit, long seed) {

    /**
     * {@return the paper's shares of the given kinds}
     *
     * @param kinds each once
     */
    public static Map<InstructionKind, Integer> paperProportion(Iterable<InstructionKind> kinds) {
        Map<InstructionKind, Integer> shares = new EnumMap<>(InstructionKind.class);
        kinds.forEach(kind -> shares.put(kind, kind.share));
        return shares;
    }

    /** The samples, picture by picture or in the plan's proportion. */
    List<Request> over(List<AnnotatedPicture> pictures) {
        return perPicture ? ofEachPicture(pictures) : inProportion(pictures);
    }

    private List<Request> ofEachPicture(List<AnnotatedPicture> pictures) {
        List<Request> requests = new ArrayList<>();
        for (AnnotatedPicture picture : pictures) {
            for (InstructionKind kind : InstructionKind.values()) {
                int number = numbers.getOrDefault(kind, 0);
                for (int i = 0; i < number && requests.size() < limit; i++) {
                    requests.add(Request.of(picture, kind, i, number > 1, seed));
                }
            }
        }
        return requests;
    }

    /** Next is always the kind furthest behind its share, about the next picture of that kind's own shuffled order. */
    private List<Request> inProportion(List<AnnotatedPicture> pictures) {
        int sum = numbers.values().stream().mapToInt(Integer::intValue).sum();
        Map<InstructionKind, Integer> made = new EnumMap<>(InstructionKind.class);
        Map<InstructionKind, List<AnnotatedPicture>> orders = new EnumMap<>(InstructionKind.class);
        for (InstructionKind kind : numbers.keySet()) {
            List<AnnotatedPicture> order = new ArrayList<>(pictures);
            Collections.shuffle(order, new Random(31 * seed + kind.ordinal()));
            orders.put(kind, order);
            made.put(kind, 0);
        }
        List<Request> requests = new ArrayList<>();
        for (long i = 1; i <= limit; i++) {
            InstructionKind next = null;
            long furthest = Long.MIN_VALUE;
            for (InstructionKind kind : orders.keySet()) {
                long behind = i * numbers.get(kind) - (long) made.get(kind) * sum;
                if (numbers.get(kind) > 0 && behind > furthest) {
                    furthest = behind;
                    next = kind;
                }
            }
            int number = made.merge(next, 1, Integer::sum) - 1;
            requests.add(Request.of(orders.get(next).get(number % pictures.size()), next, number / pictures.size(), true,
                    seed));
        }
        return requests;
    }
}
