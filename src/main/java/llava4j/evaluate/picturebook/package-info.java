/**
 * The picture book's exam: questions of many kinds, asked with controls, and a judge that reads answers in free English.
 */
package llava4j.evaluate.picturebook;
