/**
 * The half of the paper that is not architecture: a teacher that never saw the picture writes the instruction data from
 * captions and boxes (section 3).
 */
package llava4j.teacher;
