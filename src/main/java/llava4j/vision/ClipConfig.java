package llava4j.vision;

/**
 * A whole CLIP: both towers and the width of the space in which picture and caption meet.
 *
 * @param vision         the picture's tower
 * @param text           the caption's tower
 * @param projectionSize width of the shared space
 */
public record ClipConfig(VisionConfig vision, TextTowerConfig text, int projectionSize) {
}
