package llava4j.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;

/**
 * Brings a repository's files into a folder: list, choose, see what is here already, look at the disk, download.
 *
 * <p>Run again after an interruption of whatever kind it does what is left: a file that is whole is not fetched again, one
 * that is not goes on where it stopped.
 */
public final class Fetch {

    private static final long SPARE = 50_000_000;

    /**
     * What was done.
     *
     * @param repo     at the commit that was fetched
     * @param files    of the repository that are now in the folder
     * @param arrived  how many of these were fetched in this run
     * @param bytes    of all of them
     */
    public record Fetched(HubRepo repo, List<HubFile> files, int arrived, long bytes) {

        /**
         * {@return whether a file is among them}
         *
         * @param path in the repository
         */
        public boolean has(String path) {
            return files.stream().anyMatch(file -> file.path().equals(path));
        }
    }

    private final HubSettings settings;
    private final FetchListener listener;

    /**
     * A fetch that is ready to run.
     *
     * @param settings where the hub is
     * @param listener hears how far it is
     */
    public Fetch(HubSettings settings, FetchListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Fetches the files that are not in the folder yet.
     *
     * @param asked   a repository, at any revision
     * @param include patterns of paths; none for the files of a model directory
     * @param folder  made if need be
     * @return what is there now
     * @throws UserError if the hub refuses, the choice is none, a path leads out of the folder, the disk is too small, or
     *                   the network fails too often
     */
    public Fetched run(HubRepo asked, List<String> include, Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        HubConnection connection = new HubConnection(settings);
        Hub hub = new Hub(settings, connection, listener);
        HubRepo repo = hub.pinned(asked);
        List<HubFile> all = hub.files(repo);
        all.forEach(file -> file.below(there));
        List<HubFile> files = Selection.of(asked, include, all);
        try {
            Map<HubFile, Download> missing = new LinkedHashMap<>();
            long here = 0;
            for (HubFile file : files) {
                Download download = hub.download(repo, file, file.below(there));
                if (!download.isWhole()) {
                    missing.put(file, download);
                    here += download.here();
                }
            }
            long bytes = missing.keySet().stream().mapToLong(HubFile::size).sum();
            seeRoom(there, bytes - here);
            listener.begin(bytes, here, missing.size());
            for (Map.Entry<HubFile, Download> each : missing.entrySet()) {
                listener.file(each.getKey());
                each.getValue().run();
            }
            return new Fetched(repo, files, missing.size(), files.stream().mapToLong(HubFile::size).sum());
        } catch (IOException e) {
            throw new UserError(folder + ": cannot be written or read (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "): choose another --out, or make it writable", e);
        }
    }

    static void seeRoom(Path folder, long bytes) throws IOException {
        long room = Files.getFileStore(WholeFile.requireFolder(folder)).getUsableSpace();
        if (bytes > 0 && bytes + SPARE > room) {
            throw UserError.of("--out %s: %s are to come and the disk has room for %s: free some, or choose a place on another "
                    + "disk", folder, Bytes.text(bytes), Bytes.text(Math.max(0, room)));
        }
    }
}
