package llava4j.fetch;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.error.UserError;

/**
 * A repository on the hub at one revision, written {@code hf:OWNER/REPO}, {@code hf:OWNER/REPO@REVISION} or
 * {@code hf:datasets/OWNER/REPO}.
 *
 * <p>A revision is a branch, a tag, a commit, or {@code refs/pr/N}, a proposed change. What one would get wrong: its slashes
 * belong to its name and are escaped in an address, while those of a file's path are not.
 *
 * @param dataset  whether it holds data rather than a model
 * @param id       {@code OWNER/REPO}
 * @param revision {@code main} unless another is asked for
 */
public record HubRepo(boolean dataset, String id, String revision) {

    private static final Pattern WRITTEN =
            Pattern.compile("hf:(datasets/)?(\\w[\\w.-]*/\\w[\\w.-]*)(?:@(\\w[\\w./+-]*))?");

    /**
     * {@return the repository that a text names}
     *
     * @param text as above
     * @throws UserError if it is of no such form
     */
    public static HubRepo parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw UserError.of("%s: need hf:OWNER/REPO, hf:OWNER/REPO@REVISION or hf:datasets/OWNER/REPO", text);
        }
        return new HubRepo(written.group(1) != null, written.group(2),
                written.group(3) == null ? "main" : written.group(3));
    }

    /**
     * {@return the same repository at another revision}
     *
     * @param other a branch, a tag or a commit
     */
    HubRepo at(String other) {
        return new HubRepo(dataset, id, other);
    }

    /** {@return the path of its page below the hub's address} */
    String page() {
        return (dataset ? "datasets/" : "") + id;
    }

    /**
     * {@return a path of the hub's API about this repository and revision}
     *
     * @param question {@code revision}, for the commit, or {@code tree}, for the files
     */
    String api(String question) {
        return "api/" + (dataset ? "datasets/" : "models/") + id + "/" + question + "/" + escaped(revision);
    }

    /**
     * {@return the path under which a file's content is found; the hub answers with the content or with another address}
     *
     * @param path the file's path in the repository
     */
    String content(String path) {
        return page() + "/resolve/" + escaped(revision) + "/"
                + Arrays.stream(path.split("/")).map(HubRepo::escaped).collect(Collectors.joining("/"));
    }

    private static String escaped(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@return the repository as it is written on the command line} */
    @Override
    public String toString() {
        return "hf:" + page() + (revision.equals("main") ? "" : "@" + revision);
    }
}
