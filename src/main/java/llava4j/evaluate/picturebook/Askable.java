package llava4j.evaluate.picturebook;

import java.util.List;
import java.util.Optional;
import llava4j.picturebook.Contents;

/**
 * Whether a question says what its type asks about: a thing that is in the picture, or is not, or a place that has one thing.
 *
 * <p>A file of questions that was made for other pictures, or written by hand, is found out so before a model is loaded.
 */
final class Askable {

    private Askable() {
    }

    static boolean is(String type, String question, Contents contents) {
        Reading asked = new Reading(question);
        List<Mention> mentions = asked.mentions.stream().filter(mention -> !mention.meaning.exactly().isEmpty()).toList();
        boolean named = !mentions.isEmpty();
        return switch (type) {
            case "place" -> named && BookJudge.group(mentions.get(0), contents) != null;
            case "presence" -> named;
            case "relation" -> mentions.size() == 2 && asked.relations.size() == 1
                    && mentions.stream().allMatch(mention -> BookJudge.group(mention, contents) != null);
            case "refusal" -> mentions.stream().anyMatch(mention -> !contents.concepts().contains(BookJudge.exactly(mention)));
            case "at" -> BookJudge.at(asked.ofIt, contents).isPresent();
            case "use" -> (named ? Optional.of(BookJudge.exactly(mentions.get(0))) : BookJudge.at(asked.ofIt, contents))
                    .filter(concept -> !concept.use().isEmpty()).isPresent();
            case "kind", "belongs" -> named || BookJudge.at(asked.ofIt, contents).isPresent();
            case "helps" -> contents.concepts().stream().anyMatch(concept -> !concept.use().isEmpty()
                    && question.contains(concept.use()));
            default -> true;
        };
    }
}
