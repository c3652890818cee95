/** Several machines, by Apache Spark: pictures encoded to shards, exams, and training steps whose parts executors compute. */
package llava4j.spark;
