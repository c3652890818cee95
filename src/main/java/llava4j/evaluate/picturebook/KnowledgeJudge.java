package llava4j.evaluate.picturebook;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.picturebook.Concept;
import llava4j.picturebook.ConceptNames;
import llava4j.picturebook.Concepts;
import llava4j.picturebook.Contents;
import llava4j.picturebook.Contents.Group;

/**
 * Judges what an answer knows of the things in a picture: what for, what kind, which of them, what goes with it.
 *
 * <p>Right is what the table of concepts says, in its words or in those of {@code uses.txt} and {@code kinds.txt}. What is true and
 * stands in no table ("a bone belongs with a dog") is not known to this judge and is called wrong.
 */
final class KnowledgeJudge {

    private KnowledgeJudge() {
    }

    static Verdict judge(String type, Reading asked, String question, Contents contents, Reading said) {
        return switch (type) {
            case "use" -> use(concept(asked, contents), said);
            case "kind" -> kind(concept(asked, contents), asked.mentions.isEmpty(), said);
            case "helps" -> {
                String use = contents.concepts().stream().map(Concept::use).filter(one -> !one.isEmpty() && question.contains(one))
                        .max(Comparator.comparingInt(String::length)).orElseThrow();
                yield which(contents, concept -> concept.use().equals(use), use, false, said);
            }
            case "flies" -> which(contents, Concept::flies, "", isWhether(asked), said);
            case "alive" -> which(contents, Concept::alive, "", isWhether(asked), said);
            case "eaten" -> which(contents, Concept::eaten, "", isWhether(asked), said);
            case "belongs" -> belongs(concept(asked, contents), said);
            default -> throw new IllegalArgumentException("no such type of question: " + type);
        };
    }

    /** The thing asked about, by its name or by its place. */
    private static Concept concept(Reading asked, Contents contents) {
        return asked.mentions.isEmpty() ? BookJudge.at(asked.ofIt, contents).orElseThrow()
                : BookJudge.exactly(asked.mentions.get(0));
    }

    private static boolean isWhether(Reading asked) {
        return asked.words.at(0).matches("can|is|are");
    }

    /** A word of the use must be there, and no other thing be taken for this one before it. */
    private static Verdict use(Concept concept, Reading said) {
        int known = Stream.concat(ConceptNames.ofUse(concept.use()).stream(), Stream.of(concept.use())).mapToInt(word ->
                begins(word, concept, said)).filter(place -> place >= 0).min().orElse(-1);
        if (known < 0) {
            return Verdict.wrong("does not say what " + concept.one() + " is for");
        }
        Optional<Mention> other = said.told().stream().filter(mention -> mention.end <= known && !mention.meaning.exactly().isEmpty()
                && !mention.covers(concept)).findFirst();
        return other.map(mention -> Verdict.wrong("takes it for a " + said.words.phrase(mention.start, mention.end)))
                .orElse(Verdict.right("knows what " + concept.one() + " is for"));
    }

    /** Where a word or several that begin so stand first, or -1. Its own name does not count: "sailboat" does not say "sail". */
    private static int begins(String beginning, Concept concept, Reading said) {
        for (int i = 0; i < said.words.size(); i++) {
            int place = i;
            boolean inName = said.mentions.stream().anyMatch(mention -> mention.covers(concept) && mention.start <= place
                    && place < mention.end);
            if (!inName && said.words.phrase(i, Math.min(said.words.size(), i + beginning.split(" ").length)).startsWith(beginning)) {
                return i;
            }
        }
        return -1;
    }

    /** Its kind, or a narrower one that is true of it, as "bird"; where it is pointed at, its name will do. */
    private static Verdict kind(Concept concept, boolean byPlace, Reading said) {
        String text = said.words.phrase(0, said.words.size());
        boolean narrower = said.told().stream().anyMatch(mention -> mention.meaning.broadly().contains(concept));
        boolean right = narrower || says(text, concept.kind()) || ConceptNames.ofKind(concept.kind()).stream().anyMatch(name ->
                says(text, name)) || byPlace && said.tells(concept);
        Optional<String> another = Concepts.ALL.stream().map(Concept::kind).filter(kind -> !kind.equals(concept.kind())
                && !ConceptNames.ofKind(concept.kind()).contains(kind) && says(text, kind)
                && said.mentions.stream().noneMatch(mention -> mention.covers(concept)
                        && says(said.words.phrase(mention.start, mention.end), kind))).findFirst();
        if (another.isPresent()) {
            return Verdict.wrong("says that it is of the kind " + another.get());
        }
        Optional<Mention> other = said.told().stream().filter(mention -> byPlace && !mention.meaning.exactly().isEmpty()
                && !mention.covers(concept)).findFirst();
        return other.map(mention -> Verdict.wrong("takes it for a " + said.words.phrase(mention.start, mention.end)))
                .orElse(Verdict.of(right, concept.one() + " is of the kind " + concept.kind()));
    }

    private static boolean says(String text, String name) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "(s|es)?\\b").matcher(text).find();
    }

    /**
     * All of them and no other; "both" and "all" are all things of the picture, "the one on the left" is what is there. Things that
     * only say what it is for are none of them: the stars, in "the telescope is what you need to look at the stars".
     */
    private static Verdict which(Contents contents, Predicate<Concept> holds, String use, boolean whether, Reading said) {
        Set<Concept> right = contents.concepts().stream().filter(holds).collect(Collectors.toCollection(LinkedHashSet::new));
        int because = said.words.indexOf(0, said.words.size(), "because", "since");
        Set<Integer> purpose = said.words.places(Words.of(use));
        List<Mention> told = said.told().stream().filter(mention -> !mention.negated && !purpose.contains(mention.start)
                && (because < 0 || mention.start < because)).toList();
        Set<Concept> named = new LinkedHashSet<>();
        for (Mention mention : told) {
            Group group = BookJudge.group(mention, contents);
            if (group == null && !mention.meaning.exactly().isEmpty()) {
                return Verdict.wrong("names what is not there: " + said.words.phrase(mention.start, mention.end));
            }
            if (group != null) {
                named.add(group.concept());
            }
        }
        if (named.isEmpty() && said.told().isEmpty()) {
            BookJudge.at(said.ofIt, contents).ifPresent(named::add);
        }
        boolean all = said.words.any(0, said.words.size(), "both", "all", "everything") && named.isEmpty();
        if (all) {
            named.addAll(contents.concepts());
        }
        Optional<Boolean> reply = said.reply();
        if (named.isEmpty() && reply.isPresent() && (whether || !reply.get())) {
            return Verdict.of(reply.get() != right.isEmpty(), reply.get() ? "says yes" : "says none");
        }
        boolean none = named.isEmpty() && (said.words.any(0, said.words.size(), "none", "nothing", "neither", "not", "no"));
        return Verdict.of(named.equals(right) && (!named.isEmpty() || none) && reply.orElse(!right.isEmpty()) != right.isEmpty(),
                "right are " + right.stream().map(Concept::name).toList());
    }

    private static Verdict belongs(Concept concept, Reading said) {
        List<Mention> others = said.told().stream().filter(mention -> !mention.meaning.exactly().isEmpty()
                && !mention.covers(concept)).toList();
        boolean all = others.stream().allMatch(mention -> mention.meaning.exactly().stream().anyMatch(other ->
                other.belongsWith().contains(concept.name()) || concept.belongsWith().contains(other.name())));
        return Verdict.of(!others.isEmpty() && all, "with " + concept.one() + " belong " + concept.belongsWith());
    }
}
