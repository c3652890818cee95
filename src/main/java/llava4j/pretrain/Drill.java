package llava4j.pretrain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Thing;

/**
 * School exercises that open the way to looking things up: one property of every thing told, in any order.
 *
 * <p>"red ball top-left, blue car right. color? ball red, car blue." To continue, the decoder must find the word it just
 * wrote in the telling and take what belongs to it. With the value right after the key that is learned in a few hundred
 * steps; from questions in whole sentences alone it was not learned in thousands. Once the short form is known, the form
 * of the answers ("the ball is red") follows.
 */
final class Drill {

    /**
     * A piece of the exercise's answer.
     *
     * @param learned whether it is scored; the keys come in an order that nobody can foresee
     */
    record Piece(String text, boolean learned) {
    }

    final String question;
    final List<Piece> answer = new ArrayList<>();

    private Drill(String question) {
        this.question = question;
    }

    /**
     * @param type     {@code color}, {@code where} or {@code what}
     * @param sentence in the form of the answers; else the value right after the key
     */
    static Drill of(String type, boolean sentence, Scene scene, Random random) {
        Drill drill = new Drill(switch (type) {
            case "color" -> sentence ? "tell me every color." : "color?";
            case "where" -> sentence ? "find everything." : "where?";
            default -> sentence ? "name everything." : "what?";
        });
        List<Thing> things = new ArrayList<>(scene.things());
        Collections.shuffle(things, random);
        for (int i = 0; i < things.size(); i++) {
            Thing thing = things.get(i);
            String article = sentence ? "the " : "";
            switch (type) {
                case "color" -> drill.add(article + thing.kind(), (sentence ? "is " : "") + thing.color());
                case "where" -> drill.add(article + thing.kind(), (sentence ? "sits at " : "") + thing.place());
                default -> drill.add((sentence ? "at " : "") + thing.place(), sentence ? "is " + thing.phrase()
                        : thing.color() + " " + thing.kind());
            }
            drill.answer.add(new Piece(i < things.size() - 1 ? "," : ".", false));
        }
        return drill;
    }

    private void add(String key, String value) {
        answer.add(new Piece(key, false));
        answer.add(new Piece(value, true));
    }
}
