/**
 * A world in which Figure 1 can be trained on two processor cores: painted scenes whose content is known exactly, told
 * and asked about in words, so that every answer is right or wrong.
 */
package llava4j.tinyworld;
