package llava4j.data;

import java.util.ArrayList;
import java.util.List;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.json.Fields;

/**
 * One element of LLaVA's data files, {@code {id, image, conversations: [{from, value}]}}, as a conversation.
 *
 * <p>{@code human} and {@code gpt} must alternate; published files hold samples that do not, and a template applied to those
 * teaches the model to ask. One exception is the reference's: a {@code gpt} turn before the first question answers nothing and
 * is left out. What one would get wrong: {@code image} may be a list, and read as a text it is no picture at all.
 *
 * @param conversation  with an answer to every question
 * @param withoutFirst  whether a {@code gpt} turn before the first question was left out
 */
record LlavaSample(Conversation conversation, boolean withoutFirst) {

    /**
     * @param sample one element of the file
     * @param number counted from 1; names a sample that has no id
     * @throws UserError naming the sample and what in it is not of the format
     */
    static LlavaSample of(Fields sample, int number) {
        String id = name(sample, number);
        try {
            List<Fields> turns = sample.objects("conversations");
            if (turns.isEmpty()) {
                throw sample.error("conversations", "need a list of turns, {\"from\": \"human\" or \"gpt\", \"value\": text}");
            }
            boolean withoutFirst = turns.size() > 1 && "gpt".equals(turns.get(0).text("from"));
            return new LlavaSample(new Conversation(id, sample.fileNames("image"),
                    paired(withoutFirst ? turns.subList(1, turns.size()) : turns, withoutFirst ? 1 : 0)), withoutFirst);
        } catch (UserError e) {
            // Which sample says more than which line: LLaVA's own files are one line long
            String fault = e.getMessage();
            throw UserError.of("sample %s: %s", id, fault.startsWith(sample.place() + ": ")
                    ? fault.substring(sample.place().length() + 2) : fault);
        }
    }

    private static String name(Fields sample, int number) {
        try {
            boolean unnamed = !sample.has("id") || sample.json().get("id").isTextual() && sample.text("id").isBlank();
            return unnamed ? "number " + number : Fields.shortened(sample.id("id"));
        } catch (UserError e) {
            throw UserError.of("sample number %d: %s", number, e.getMessage().substring(sample.place().length() + 2));
        }
    }

    private static List<Turn> paired(List<Fields> turns, int before) {
        List<Turn> pairs = new ArrayList<>();
        String question = null;
        for (int i = 0; i < turns.size(); i++) {
            String from = turns.get(i).text("from");
            String wanted = i % 2 == 0 ? "human" : "gpt";
            if (from.equals("system")) {
                throw turns.get(i).error("from", "a model has one system message, which config.json keeps: leave this turn out");
            }
            if (!from.equals(wanted)) {
                throw UserError.of("turn %d is from %s but should be from %s: questions and answers alternate", before + i + 1,
                        Fields.shortened(from), wanted);
            }
            String value = turns.get(i).text("value");
            if (i % 2 == 1) {
                pairs.add(new Turn(question, value));
            }
            question = value;
        }
        if (turns.size() % 2 == 1) {
            throw new UserError("ends with a question: add the \"gpt\" turn that answers it");
        }
        return pairs;
    }
}
