/**
 * Checkpoints and data sets come from the Hugging Face hub, and pictures of things from npm's registry: listed, chosen,
 * downloaded with resumption, and checked against the server's own checksums.
 */
package llava4j.fetch;
