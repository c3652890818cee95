package llava4j.conversation;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.model.LossGraph;

/**
 * Turns a conversation into token ids and their loss mask: only what the assistant says is learned (paper, equation 3).
 *
 * <p>In Vicuna's templates each segment is tokenised by itself and brings its own part of the mask, so ids and mask cannot
 * drift apart. A chat model has seen its template tokenised as one text, as transformers' {@code apply_chat_template} does;
 * there the mask follows from where each token begins. What one would get wrong: tokenised apart, pieces lose the merges
 * across their ends (a line break before an answer that begins with one) or gain a "▁" that the whole does not have.
 */
public final class ConversationEncoder {

    private final Tokenizer tokenizer;
    private final Template template;
    private final String system;
    private final int imageTokenId;
    private final int imageTokens;

    /**
     * An encoder for one model's way to write conversations.
     *
     * @param tokenizer    the model's own
     * @param template     which words stand around questions and answers
     * @param system       system message, may be empty
     * @param imageTokenId id of {@code <image>}, or −1 for a model without pictures
     * @param imageTokens  image tokens that one picture takes
     */
    public ConversationEncoder(Tokenizer tokenizer, Template template, String system, int imageTokenId,
                               int imageTokens) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.system = system;
        this.imageTokenId = imageTokenId;
        this.imageTokens = imageTokens;
    }

    /**
     * The same in another template: stage 1 uses {@code plain} whatever the model chats in.
     *
     * @param other the template
     * @return an encoder of its own; this one stays as it is
     */
    public ConversationEncoder with(Template other) {
        return new ConversationEncoder(tokenizer, other, system, imageTokenId, imageTokens);
    }

    /**
     * A training sample.
     *
     * @param conversation every question with its answer
     * @return ids and labels, of the same length
     * @throws UserError naming the sample if a question has no answer, if nothing is supervised, or if the number of
     *                   {@code <image>} is not that of its pictures
     */
    public SupervisedTokens encode(Conversation conversation) {
        int marks = conversation.turns().stream().mapToInt(turn -> marks(turn.human())).sum();
        int pictures = conversation.image() == null ? 0 : 1;
        if (marks != pictures) {
            throw UserError.of("sample %s: %d <image> in the text but %d picture(s) given: write one for each",
                    conversation.id(), marks, pictures);
        }
        for (Turn turn : conversation.turns()) {
            if (turn.gpt() == null || turn.gpt().isBlank()) {
                throw UserError.of("sample %s: the question \"%s\" has no answer: add a \"gpt\" turn behind it",
                        conversation.id(), turn.human().strip());
            }
        }
        SupervisedTokens tokens = tokens(conversation.turns());
        if (tokens.supervised() == 0) {
            throw UserError.of("sample %s: no token is supervised, it would teach nothing: is its answer empty?",
                    conversation.id());
        }
        return tokens;
    }

    /**
     * {@return token ids of a prompt that ends where the assistant is to speak}
     *
     * @param turns what was said so far; the last turn has no answer yet
     */
    public int[] prompt(List<Turn> turns) {
        return tokens(turns).ids();
    }

    private SupervisedTokens tokens(List<Turn> turns) {
        List<Segment> segments = template.segments(system, turns, tokenizer.beginText(), tokenizer.endText());
        Row row = new Row();
        if (template.isChatMarkup()) {
            asOneText(segments, row);
        } else {
            pieceByPiece(segments, row);
        }
        return new SupervisedTokens(row.ids.build().toArray(), row.labels.build().toArray());
    }

    private void pieceByPiece(List<Segment> segments, Row row) {
        for (int special : tokenizer.encode("", true)) {     // the begin-of-sequence token, if the tokenizer has one
            row.add(special, false);
        }
        for (Segment segment : segments) {
            if (segment.text().isEmpty()) {
                continue;
            }
            int place = 0;
            for (int id : tokenizer.encode(segment.text(), false)) {
                row.add(id, switch (segment.supervised()) {
                    case NONE -> false;
                    case FIRST_TWO -> place < 2;
                    case ALL -> true;
                });
                place++;
            }
        }
    }

    /** A token is learned that begins in a learned piece: one that reaches into it from before is in no prompt's end. */
    private void asOneText(List<Segment> segments, Row row) {
        StringBuilder text = new StringBuilder();
        BitSet learned = new BitSet();
        int places = 0;
        for (Segment segment : segments) {
            int next = places + segment.text().codePointCount(0, segment.text().length());
            learned.set(places, next, segment.supervised() == Segment.Supervised.ALL);
            text.append(segment.text());
            places = next;
        }
        for (Tokenizer.Placed token : tokenizer.placed(text.toString())) {
            row.add(token.id(), learned.get(token.begin()));
        }
    }

    /** Ids and labels as they grow. */
    private final class Row {
        private final IntStream.Builder ids = IntStream.builder();
        private final IntStream.Builder labels = IntStream.builder();

        void add(int id, boolean learned) {
            // One <image> in the text stands for all image tokens of the picture.
            int copies = id == imageTokenId ? imageTokens : 1;
            for (int copy = 0; copy < copies; copy++) {
                ids.add(id);
                labels.add(learned && id != imageTokenId ? id : LossGraph.IGNORED);
            }
        }
    }

    private static int marks(String text) {
        return text.split(java.util.regex.Pattern.quote(Conversation.IMAGE), -1).length - 1;
    }
}
