/**
 * The weights of g, W and f on disk: model directories in Hugging Face's layouts and the original repository's, read
 * strictly, written whole or not at all. Every tensor of Figure 1 has one name here, whatever the file calls it.
 */
package llava4j.checkpoint;
