/**
 * The hall's pack: the project with all that Maven and pip would download for it, in one zip, for a class without a network.
 */
package llava4j.bundle;
