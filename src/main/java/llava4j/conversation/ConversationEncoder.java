package llava4j.conversation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.model.LossGraph;

/**
 * Turns a conversation into token ids and their loss mask: only what the assistant says is learned (paper, equation 3).
 *
 * <p>In Vicuna's templates each segment is tokenised by itself and brings its own part of the mask, so ids and mask cannot
 * drift apart. A chat model has seen its template tokenised as one text, as transformers' {@code apply_chat_template} does;
 * there the mask follows from where each token begins. Before BLIP-2's text stand the image tokens, before the token that
 * begins it too, wherever the conversation has {@code <image>}. What one would get wrong: tokenised apart, pieces lose the merges
 * across their ends (a line break before an answer that begins with one) or gain a "▁" that the whole does not have.
 */
public final class ConversationEncoder {

    private final Tokenizer tokenizer;
    private final Template template;
    private final String system;
    private final MarkedText text;
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
        this(tokenizer, template, system, MarkedText.of(tokenizer, imageTokenId), imageTokens);
    }

    /**
     * An encoder for a whole model, which knows which tokens the model has.
     *
     * @param tokenizer   the model's own
     * @param template    which words stand around questions and answers
     * @param system      system message, may be empty
     * @param text        how the model reads texts
     * @param imageTokens image tokens that one picture takes
     */
    public ConversationEncoder(Tokenizer tokenizer, Template template, String system, MarkedText text, int imageTokens) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.system = system;
        this.text = text;
        this.imageTokens = imageTokens;
    }

    /**
     * The same in another template: stage 1 uses {@code plain} whatever the model chats in.
     *
     * @param other the template
     * @return an encoder of its own; this one stays as it is
     */
    public ConversationEncoder with(Template other) {
        return new ConversationEncoder(tokenizer, other, system, text, imageTokens);
    }

    /**
     * The same with another system message.
     *
     * @param other what stands before the first question; may be empty
     * @return an encoder of its own; this one stays as it is
     */
    public ConversationEncoder withSystem(String other) {
        return new ConversationEncoder(tokenizer, template, other, text, imageTokens);
    }

    /**
     * A training sample.
     *
     * @param conversation every question with its answer
     * @return ids and labels, of the same length
     * @throws UserError naming the sample if it is not sound ({@link Conversation#requireSound}), if nothing of it is
     *                   supervised, or if the template is for captions and it is more than one
     */
    public SupervisedTokens encode(Conversation conversation) {
        conversation.requireSound();
        if (template == Template.PLAIN && (conversation.turns().size() != 1 || conversation.images().size() != 1)) {
            throw UserError.of("sample %s: has %d picture(s) and %d question(s), but template plain, which is stage 1's, is for "
                    + "one picture and its caption: use it in stage 2", conversation.id(), conversation.images().size(),
                    conversation.turns().size());
        }
        SupervisedTokens tokens = tokens(conversation.turns());
        if (imageTokens > 0 && tokens.count(text.imageTokenId()) != (long) conversation.images().size() * imageTokens) {
            throw UserError.of("sample %s: its text becomes %d image tokens but %d picture(s) of %d are given: does this "
                    + "tokenizer belong to the model?", conversation.id(), tokens.count(text.imageTokenId()),
                    conversation.images().size(), imageTokens);
        }
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

    /** {@return the text that ends an answer where a token does not; empty where the end token does} */
    public String stopText() {
        return template.stopText();
    }

    /** {@return the id of {@code <image>}, or −1 for a model without pictures} */
    public int imageTokenId() {
        return text.imageTokenId();
    }

    /** {@return image tokens that one picture takes} */
    public int imageTokens() {
        return imageTokens;
    }

    /** {@return the id of the token that stands for words the vocabulary does not have, or −1 if it has all} */
    public int unknownId() {
        return tokenizer.unknownId();
    }

    /**
     * {@return what the assistant says in a sample and the vocabulary does not have, as the text writes it}
     *
     * @param conversation every question with its answer
     */
    public List<String> unknownWords(Conversation conversation) {
        return template.segments(system, conversation.turns(), tokenizer.beginText(), tokenizer.endText()).stream()
                .filter(segment -> segment.supervised() == Segment.Supervised.ALL)
                .flatMap(segment -> tokenizer.unknownWords(segment.text()).stream()).toList();
    }

    private SupervisedTokens tokens(List<Turn> turns) {
        List<Segment> segments = template.segments(system, turns, tokenizer.beginText(), tokenizer.endText());
        Row row = new Row();
        if (text.picturesStandFirst()) {
            segments = picturesFirst(segments, row);
        }
        if (template.isChatMarkup()) {
            asOneText(segments, row);
        } else {
            pieceByPiece(segments, row);
        }
        return new SupervisedTokens(row.ids.toArray(), row.labels.toArray());
    }

    /** Takes the marks out of the text, each with one line break beside it, and puts their image tokens before all of it. */
    private List<Segment> picturesFirst(List<Segment> segments, Row row) {
        List<Segment> words = new ArrayList<>();
        for (Segment segment : segments) {
            for (int mark = 0; mark < MarkedText.marks(segment.text()); mark++) {
                row.add(text.imageTokenId(), false);
            }
            words.add(new Segment(segment.text().replaceAll(Conversation.IMAGE + "\n?|\n" + Conversation.IMAGE, ""),
                    segment.supervised()));
        }
        return words;
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
            for (int id : text.encode(segment.text(), false)) {
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
        StringBuilder whole = new StringBuilder();
        BitSet learned = new BitSet();
        int places = 0;
        for (Segment segment : segments) {
            int next = places + segment.text().codePointCount(0, segment.text().length());
            learned.set(places, next, segment.supervised() == Segment.Supervised.ALL);
            whole.append(segment.text());
            places = next;
        }
        Tokenizer.Placed tokens = tokenizer.placed(whole.toString());
        for (int i = 0; i < tokens.ids().length; i++) {
            row.add(tokens.ids()[i], learned.get(tokens.begins()[i]));
        }
    }

    /** Ids and labels as they grow. */
    private final class Row {
        private final IntRow ids = new IntRow(2 * imageTokens);
        private final IntRow labels = new IntRow(2 * imageTokens);

        void add(int id, boolean learned) {
            // One <image> in the text stands for all image tokens of the picture.
            int copies = id == text.imageTokenId() ? imageTokens : 1;
            for (int copy = 0; copy < copies; copy++) {
                ids.add(id);
                labels.add(learned && id != text.imageTokenId() ? id : LossGraph.IGNORED);
            }
        }
    }
}
