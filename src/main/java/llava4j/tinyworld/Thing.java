package llava4j.tinyworld;

/**
 * One thing of a scene.
 *
 * @param color one of {@link Scene#COLORS}
 * @param kind  one of {@link Scene#KINDS}
 * @param cell  0 … 8, its place on the three by three grid, row by row
 */
public record Thing(String color, String kind, int cell) {

    /** {@return the name of its place, such as "top-left"} */
    public String place() {
        return Scene.PLACES.get(cell);
    }

    /** {@return the thing in words, "a red ball", "an orange ball"} */
    public String phrase() {
        return (color.equals("orange") ? "an " : "a ") + color + " " + kind;
    }

    int column() {
        return cell % 3;
    }

    int row() {
        return cell / 3;
    }

    /** Whether it is a pair of colour and kind that no instruction speaks of. */
    boolean heldOut() {
        return Scene.HELD_OUT.contains(color + " " + kind);
    }
}
