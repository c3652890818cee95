package llava4j.evaluate.picturebook;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import llava4j.evaluate.picturebook.Reading.Relation;
import llava4j.picturebook.Concept;
import llava4j.picturebook.Contents;
import llava4j.picturebook.Contents.Group;
import llava4j.picturebook.Placed;

/**
 * Says whether an answer in free English is right about a picture of the book.
 *
 * <p>Each kind of question is about one thing, and that alone is judged: naming about what there is, place about where, presence
 * about whether, counting about how many. What an answer says beside does not count, unless it says the opposite. Exact match,
 * as in the tiny world, would call nearly all of a free speaker's right answers wrong; a language model as a judge would have to be
 * trusted. How often this judge agrees with a person is measured on labelled answers.
 */
public final class BookJudge {

    /** Closer than this, as a share of the picture, neither of two things is clearly on one side of the other. */
    private static final double APART = 0.08;

    private BookJudge() {
    }

    /**
     * {@return whether the answer is right, and why}
     *
     * @param type     of the question, as {@code questions.json} has it
     * @param question in words
     * @param contents what the picture shows
     * @param answer   in words
     * @throws IllegalArgumentException for a type that the book does not ask
     */
    public static Verdict judge(String type, String question, Contents contents, String answer) {
        Reading asked = new Reading(question);
        Reading said = new Reading(answer);
        if (said.words.size() == 0) {
            return Verdict.wrong("says nothing");
        }
        return switch (type) {
            case "naming" -> naming(contents, said);
            case "description" -> description(contents, said);
            case "place" -> place(asked.mentions.get(0), contents, said);
            case "at" -> at(asked.ofIt, contents, said);
            case "count" -> CountJudge.judge(asked, contents, said);
            case "presence" -> presence(asked.mentions.get(0), contents, said);
            case "relation" -> relation(asked, contents, said);
            case "refusal" -> refusal(asked, contents, said);
            default -> KnowledgeJudge.judge(type, asked, question, contents, said);
        };
    }

    /** Everything named, and nothing else; a number that is said must be right, a mere "a" for several is not taken for one. */
    private static Verdict naming(Contents contents, Reading said) {
        List<String> others = others(contents, said);
        if (!others.isEmpty()) {
            return Verdict.wrong("names what is not there: " + String.join(", ", others));
        }
        for (Group group : contents.groups()) {
            List<Mention> named = named(group, said);
            if (named.isEmpty()) {
                return Verdict.wrong("does not name " + group.concept().one());
            }
            if (named.stream().anyMatch(mention -> !mention.article && mention.number != Mention.UNSAID
                    && mention.number != group.count()) && sum(named) != group.count()) {
                return Verdict.wrong("has the wrong number of " + group.concept().plural());
            }
        }
        return Verdict.right("names all and nothing else");
    }

    /** The share of right things among those there are and those made up; a thing is right by name, number and place. */
    private static Verdict description(Contents contents, Reading said) {
        List<String> others = others(contents, said);
        Set<String> missed = new LinkedHashSet<>();
        for (Group group : contents.groups()) {
            List<Mention> named = named(group, said);
            boolean number = named.stream().allMatch(mention -> mention.number == Mention.UNSAID)
                    || named.stream().anyMatch(mention -> mention.number == group.count()) || sum(named) == group.count();
            boolean place = named.stream().allMatch(mention -> mention.place.isEmpty() || group.things().stream()
                    .anyMatch(thing -> thing.cell() == Direction.cell(mention.place)));
            if (named.isEmpty() || !number || !place) {
                missed.add(group.concept().name() + (named.isEmpty() ? "" : number ? " (place)" : " (number)"));
            }
        }
        int all = contents.groups().size();
        return new Verdict((all - missed.size()) / (double) (all + others.size()), missed.isEmpty() && others.isEmpty()
                ? "tells everything" : "missed: " + missed + ", made up: " + others);
    }

    /** Exact names of a group's things, told as being there. */
    private static List<Mention> named(Group group, Reading said) {
        return said.told().stream().filter(mention -> mention.meaning.exactly().contains(group.concept())).toList();
    }

    private static int sum(List<Mention> named) {
        return named.stream().mapToInt(mention -> Math.max(0, mention.number)).sum();
    }

    /** What is told and is not there; of broader words, only those that are true of nothing in the picture. */
    private static List<String> others(Contents contents, Reading said) {
        Set<String> others = new LinkedHashSet<>();
        for (Mention mention : said.told()) {
            boolean there = contents.concepts().stream().anyMatch(mention::covers);
            boolean thing = !mention.meaning.exactly().isEmpty() || mention.number != Mention.UNSAID;
            if (!there && thing) {
                others.add(said.words.phrase(mention.start, mention.end));
            }
        }
        others.addAll(UnknownThings.in(said));
        return List.copyOf(others);
    }

    /** Both ways where a thing is in a corner; or truly beside, above or below another thing of the picture. */
    private static Verdict place(Mention asked, Contents contents, Reading said) {
        Group group = group(asked, contents);
        List<Mention> named = said.of(group.concept());
        Set<Direction> place = EnumSet.noneOf(Direction.class);
        place.addAll(said.ofIt);
        named.forEach(mention -> place.addAll(mention.place));
        if (said.denies(group.concept())) {
            return Verdict.wrong("says that it is not there");
        }
        if (!place.isEmpty()) {
            return Verdict.of(group.things().stream().anyMatch(thing -> thing.cell() == Direction.cell(place)),
                    "says " + Direction.text(place));
        }
        List<Relation> about = said.relations.stream().filter(relation -> relation.subject() == null
                || named.contains(relation.subject()) || named.contains(relation.object())).toList();
        return Verdict.of(!about.isEmpty() && about.stream().allMatch(relation -> holds(relation, group, group, contents)),
                about.isEmpty() ? "says no place" : "says on which side of another it is");
    }

    /** What is told without a place, or at the place asked for, must be the thing that is there. */
    private static Verdict at(Set<Direction> place, Contents contents, Reading said) {
        int cell = Direction.cell(place);
        Concept concept = at(place, contents).orElseThrow();
        List<Mention> here = said.told().stream().filter(mention -> !mention.landmark && (mention.place.isEmpty()
                || Direction.cell(mention.place) == cell)).toList();
        Optional<Mention> other = here.stream().filter(mention -> !mention.covers(concept)).findFirst();
        if (other.isPresent()) {
            return Verdict.wrong("says " + said.words.phrase(other.get().start, other.get().end));
        }
        return Verdict.of(here.stream().anyMatch(mention -> mention.meaning.exactly().contains(concept))
                && UnknownThings.in(said).isEmpty(), "it is " + concept.one());
    }

    /** What is at a place. */
    static Optional<Concept> at(Set<Direction> place, Contents contents) {
        return contents.groups().stream().filter(group -> group.things().stream().anyMatch(thing ->
                thing.cell() == Direction.cell(place))).map(Group::concept).findFirst();
    }

    /** Yes or no, in whatever words; what follows must not say the opposite. */
    private static Verdict presence(Mention asked, Contents contents, Reading said) {
        Concept concept = exactly(asked);
        boolean there = contents.concepts().contains(concept);
        boolean tells = said.tells(concept);
        boolean denies = said.denies(concept);
        Optional<Boolean> reply = said.reply();
        boolean only = !tells && !said.told().isEmpty() && said.words.any(0, said.words.size(), "only", "just");
        if (reply.isPresent()) {
            return reply.get() ? denies || only ? Verdict.wrong("says yes and denies it") : Verdict.of(there, "says yes")
                    : tells ? Verdict.wrong("says no and tells of it") : Verdict.of(!there, "says no");
        }
        boolean no = denies || only || !tells && NoSuchThing.isSaid(said);
        return tells == no ? Verdict.wrong("says neither yes nor no") : Verdict.of(there == tells, tells ? "tells of it" : "denies it");
    }

    /** Yes or no must be right and so must every side that is told. */
    private static Verdict relation(Reading asked, Contents contents, Reading said) {
        Group one = group(asked.mentions.get(0), contents);
        Group other = group(asked.mentions.get(1), contents);
        boolean holds = asked.relations.stream().allMatch(relation -> holds(relation, one, other, contents));
        if (said.relations.stream().anyMatch(relation -> !holds(relation, one, other, contents)
                && !said.words.any(said.words.clauseStart(relation.object() == null ? 0 : relation.object().start), said.words.size(),
                        "not"))) {
            return Verdict.wrong("tells a wrong side");
        }
        return said.reply().map(reply -> Verdict.of(reply == holds, reply ? "says yes" : "says no"))
                .orElseGet(() -> Verdict.of(!said.relations.isEmpty(), said.relations.isEmpty() ? "tells no side" : "tells the side"));
    }

    /** The thing must be denied, and nothing said of it. */
    private static Verdict refusal(Reading asked, Contents contents, Reading said) {
        Concept absent = asked.mentions.stream().map(BookJudge::exactly).filter(concept -> !contents.concepts().contains(concept))
                .findFirst().orElseThrow();
        if (said.tells(absent)) {
            return Verdict.wrong("speaks of " + absent.one() + " as if it were there");
        }
        boolean only = !said.told().isEmpty() && said.words.any(0, said.words.size(), "only", "just");
        return Verdict.of(said.denies(absent) || only || NoSuchThing.isSaid(said), "there is no " + absent.name());
    }

    /** Whether one thing lies so to another; "it" is the first that was asked about, or the second where it is the object. */
    private static boolean holds(Relation relation, Group one, Group other, Contents contents) {
        Group subject = relation.subject() == null ? one : group(relation.subject(), contents);
        Group object = relation.object() != null ? group(relation.object(), contents) : subject == other ? one : other;
        if (subject == null || object == null || subject == object) {
            return false;
        }
        return subject.things().stream().anyMatch(a -> object.things().stream().anyMatch(b -> lies(a, relation.side(), b)));
    }

    private static boolean lies(Placed a, Direction side, Placed b) {
        return switch (side) {
            case LEFT -> b.x() - a.x() > APART;
            case RIGHT -> a.x() - b.x() > APART;
            case TOP -> b.y() - a.y() > APART;
            default -> a.y() - b.y() > APART;
        };
    }

    /** The things of the picture that a mention means, or {@code null}. */
    static Group group(Mention mention, Contents contents) {
        return contents.groups().stream().filter(group -> mention.meaning.exactly().contains(group.concept())).findFirst()
                .orElse(contents.groups().stream().filter(group -> mention.covers(group.concept())).findFirst().orElse(null));
    }

    static Concept exactly(Mention mention) {
        return mention.meaning.exactly().iterator().next();
    }
}
