package llava4j.spark;

import llava4j.error.UserError;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The connection to the cluster that spark-submit has named, made when there is first something to do: a command that is wrong
 * says so before a machine is asked for.
 *
 * <p>What one would get wrong: a machine that loses its power closes no connection. Spark notices by its silence, and with its own
 * settings only after two to three minutes. Here an executor beats every 5 seconds, is given up after {@value #SILENCE} without a
 * beat, and is looked for every 15: within 75 seconds its parts are computed by others.
 */
final class Cluster implements AutoCloseable {

    /** Without a sign of life, after which an executor counts as lost. */
    static final String SILENCE = "60s";

    private final String command;
    private JavaSparkContext context;

    Cluster(String command) {
        this.command = command;
    }

    /** Spark's context. */
    JavaSparkContext context() {
        if (context == null) {
            SparkConf conf = new SparkConf().setAppName("llava4j " + command);
            if (!conf.contains("spark.master")) {
                throw new UserError("no cluster is named: start with spark-submit --master URL (docs/scaling.md)");
            }
            conf.setIfMissing("spark.network.timeout", SILENCE);
            conf.setIfMissing("spark.network.timeoutInterval", "15s");
            conf.setIfMissing("spark.executor.heartbeatInterval", "5s");
            conf.setIfMissing("spark.locality.wait", "0s");             // no executor has a part's data nearer than another
            conf.setIfMissing("spark.broadcast.compress", "false");     // weights are noise to a compressor
            conf.setIfMissing("spark.driver.maxResultSize", "0");       // gradients of all parts come back at once
            conf.set("spark.speculation", "false");                     // a second copy of a slow part takes a core from another
            context = new JavaSparkContext(conf);
        }
        return context;
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }
}
