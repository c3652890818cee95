package llava4j.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;

/**
 * The pictures of things that the picture book is painted with: every emoji in two styles, 64 pixels wide, and the list of
 * their names.
 *
 * <p>Two packages of npm's registry hold them, Google's Noto (Apache-2.0) and Twitter's Twemoji (CC BY 4.0). Of each archive
 * of some 70 MB the small pictures are kept and the rest is not; {@code ATTRIBUTION.md} beside them says whose they are, which
 * the second licence asks of everyone who shows them. The archives' checksums are pinned here, so that what is trusted is this
 * file and not a server.
 */
public final class EmojiArt {

    /** What {@code fetch} calls them. */
    public static final String NAME = "emoji";
    private static final String ATTRIBUTION = "ATTRIBUTION.md";
    private static final Pattern PICTURE = Pattern.compile("img/[a-z]+/64/[0-9a-f-]+\\.png");
    private static final List<String> BESIDE = List.of("emoji.json", "LICENSE");

    static final List<NpmPackage> PACKAGES = List.of(
            new NpmPackage("emoji-datasource-google", "16.0.0", 74_344_091,
                    "sha512-ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
                    "2b91e8aeaeeb73eef3fba5da1aff4c3d6d05eef03c21feca5116a2ff1c2994cf"),
            new NpmPackage("emoji-datasource-twitter", "16.0.0", 61_683_754,
                    "sha512-7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
                    "4a32748edcd686924ed0add06491ca9148c941b6fc72d131ab4ee081ce7443f7"));

    private final HubSettings registry;
    private final FetchListener listener;
    private final List<NpmPackage> packages;

    /**
     * A fetch that is ready to run.
     *
     * @param registry as {@link HubSettings#ofRegistry} gives it
     * @param listener hears how far it is
     */
    public EmojiArt(HubSettings registry, FetchListener listener) {
        this(registry, listener, PACKAGES);
    }

    EmojiArt(HubSettings registry, FetchListener listener, List<NpmPackage> packages) {
        this.registry = registry;
        this.listener = listener;
        this.packages = packages;
    }

    /**
     * Fetches what is not in the folder yet.
     *
     * @param folder made if need be
     * @return how many packages were fetched in this run; 0 if all was here
     * @throws UserError if the registry refuses, the content is not what was expected, the disk is too small, or the network
     *                   fails too often
     */
    public int run(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        try {
            Map<NpmPackage, Download> missing = new LinkedHashMap<>();
            long bytes = 0;
            long here = 0;
            for (NpmPackage one : packages) {
                if (!isWhole(one, there)) {
                    Download download = download(one, there);
                    missing.put(one, download);
                    bytes += one.size();
                    here += download.isWhole() ? one.size() : download.here();
                }
            }
            Fetch.seeRoom(there, bytes - here);
            listener.begin(bytes, here, missing.size());
            for (Map.Entry<NpmPackage, Download> each : missing.entrySet()) {
                take(each.getKey(), each.getValue(), there);
            }
            WholeFile.write(there.resolve(ATTRIBUTION), attribution());
            return missing.size();
        } catch (IOException e) {
            throw new UserError(folder + ": cannot be written or read (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "): choose another --out, or make it writable", e);
        }
    }

    private Download download(NpmPackage one, Path folder) {
        return new Download(registry, new HubConnection(registry), listener, new Download.Source(
                registry.endpoint().resolve(one.path()), (status, headers) -> refused(one, status)), one.archive(),
                folder.resolve(one.archive().path()));
    }

    private UserError refused(NpmPackage one, int status) {
        return UserError.of("%s answers %d for %s %s: does this registry have the package? Another one is chosen by --registry",
                registry.endpoint().getHost(), status, one.name(), one.version());
    }

    private void take(NpmPackage one, Download download, Path folder) throws IOException {
        listener.file(one.archive());
        if (!download.isWhole()) {
            download.run();
        }
        Path archive = folder.resolve(one.archive().path());
        KeptFiles.unpack(archive, folder, path -> PICTURE.matcher(path).matches() || BESIDE.contains(path));
        if (!isWhole(one, folder)) {
            throw UserError.of("%s: was unpacked, and its files are not those that are expected: is another program writing to "
                    + "%s? Give the same command again", archive, folder);
        }
        Files.delete(archive);
    }

    private static boolean isWhole(NpmPackage one, Path folder) throws IOException {
        String style = one.name().substring(one.name().lastIndexOf('-') + 1);
        List<String> paths = new ArrayList<>(BESIDE);
        Path pictures = folder.resolve("img").resolve(style).resolve("64");
        if (Files.isDirectory(pictures)) {
            try (Stream<Path> files = Files.list(pictures)) {
                files.forEach(file -> paths.add("img/" + style + "/64/" + file.getFileName()));
            }
        }
        return KeptFiles.checksum(folder, paths).equals(one.kept());
    }

    private static String attribution() throws IOException {
        try (InputStream in = EmojiArt.class.getResourceAsStream("emoji-attribution.md")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
