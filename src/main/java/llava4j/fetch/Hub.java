package llava4j.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;
import llava4j.json.Fields;

/**
 * The part of the hub's public API that is needed: which commit a revision is, and which files that commit has.
 *
 * <p>Files are listed and fetched by the commit. What one would get wrong: "main" may move between the list and the last
 * file, and the result would be a model that was never published.
 */
final class Hub {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final int MOST_PAGES = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HubSettings settings;
    private final HubConnection connection;
    private final FetchListener listener;

    Hub(HubSettings settings, HubConnection connection, FetchListener listener) {
        this.settings = settings;
        this.connection = connection;
        this.listener = listener;
    }

    /**
     * {@return the repository at the commit that its revision is now}
     *
     * @param repo at any revision
     * @throws UserError if the hub does not have it or does not give it
     */
    HubRepo pinned(HubRepo repo) {
        URI address = settings.endpoint().resolve(repo.api("revision"));
        Fields answer = Fields.of(address.toString(), answer(repo, address, new ArrayList<>()));
        String commit = answer.text("sha");
        if (!commit.matches("[0-9a-f]{40}")) {
            throw answer.error("sha", "need a commit");
        }
        return repo.at(commit);
    }

    /**
     * {@return all files of a repository, page by page as the hub lists them}
     *
     * @param repo at a commit
     * @throws UserError if the list cannot be had or read
     */
    List<HubFile> files(HubRepo repo) {
        List<HubFile> files = new ArrayList<>();
        List<URI> pages = new ArrayList<>(List.of(settings.endpoint().resolve(repo.api("tree") + "?recursive=true")));
        for (int i = 0; i < pages.size() && i < MOST_PAGES; i++) {
            JsonNode page = answer(repo, pages.get(i), pages);
            if (!page.isArray()) {
                throw UserError.of("%s: the list of files is no JSON array: is HF_ENDPOINT a hub?", pages.get(i));
            }
            for (JsonNode entry : page) {
                Fields fields = Fields.of(pages.get(i).toString(), entry);
                if (fields.text("type").equals("file")) {
                    files.add(file(fields));
                }
            }
        }
        return files;
    }

    private static HubFile file(Fields entry) {
        boolean lfs = entry.has("lfs");
        Checksum.Kind kind = lfs ? Checksum.Kind.SHA_256 : Checksum.Kind.GIT_BLOB;
        String hex = lfs ? entry.at("lfs").text("oid") : entry.text("oid");
        JsonNode size = entry.json().path("size");
        if (!kind.fits(hex)) {
            throw entry.error("oid", "need a checksum");
        }
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
            throw entry.error("size", "need a number of bytes");
        }
        return new HubFile(entry.words("path"), size.asLong(), new Checksum(kind, hex));
    }

    /** The JSON at an address; the address of the next page, if there is one, is added to {@code pages}. */
    private JsonNode answer(HubRepo repo, URI address, List<URI> pages) {
        return new Attempts(settings, listener).at(settings.endpoint().getHost(), () -> {
            HttpResponse<InputStream> response = connection.get(refused(repo), address, Map.of("Accept", "application/json"));
            JsonNode answer = parsed(address, response);
            Matcher next = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
            if (next.find()) {
                pages.add(address.resolve(next.group(1)));
            }
            return answer;
        });
    }

    private HubConnection.Refused refused(HubRepo repo) {
        return (status, headers) -> Refusal.of(settings, repo, status, headers);
    }

    /**
     * {@return the download of one file}
     *
     * @param repo  at a commit
     * @param file  of it
     * @param place where it is to lie
     */
    Download download(HubRepo repo, HubFile file, Path place) {
        return new Download(settings, connection, listener,
                new Download.Source(settings.endpoint().resolve(repo.content(file.path())), refused(repo)), file, place);
    }

    private JsonNode parsed(URI address, HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = connection.body(response)) {
            byte[] bytes = body.readNBytes(LARGEST_ANSWER + 1);
            if (bytes.length > LARGEST_ANSWER) {
                throw UserError.of("%s: an answer of more than %s: is HF_ENDPOINT a hub?", address, Bytes.text(LARGEST_ANSWER));
            }
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw UserError.of("%s: the answer is not JSON: is HF_ENDPOINT a hub, or does a proxy ask for a login?", address);
        }
    }
}
