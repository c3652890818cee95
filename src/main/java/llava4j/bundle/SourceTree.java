package llava4j.bundle;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a checkout without what is made in it: what {@code .gitignore} names is left out, and so is git's own folder.
 *
 * <p>Of {@code .gitignore} only plain names and {@code *.ending} are read, which is all that this project's has. Git itself is not
 * asked, since a project that was downloaded as an archive has none.
 */
final class SourceTree {

    private final Path project;
    private final List<PathMatcher> ignored;

    SourceTree(Path project) throws IOException {
        this.project = project;
        Path list = project.resolve(".gitignore");
        List<String> names = Files.exists(list) ? Files.readAllLines(list) : List.of();
        ignored = Stream.concat(Stream.of(".git"), names.stream().map(name -> name.strip().replaceFirst("/$", "")))
                .filter(name -> !name.isEmpty() && !name.startsWith("#"))
                .map(name -> FileSystems.getDefault().getPathMatcher("glob:" + name)).toList();
    }

    /** {@return the files below the project's folder, in the order of their names} */
    List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(project, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return isIgnored(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && !isIgnored(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files.stream().sorted().toList();
    }

    /** {@return whether a file, there or not, would be among them} */
    boolean holds(Path file) {
        Path home = project.toAbsolutePath().normalize();
        Path place = file.toAbsolutePath().normalize();
        if (!place.startsWith(home)) {
            return false;
        }
        for (Path part : home.relativize(place)) {
            if (isIgnored(part)) {
                return false;
            }
        }
        return true;
    }

    private boolean isIgnored(Path path) {
        return !path.equals(project) && ignored.stream().anyMatch(name -> name.matches(path.getFileName()));
    }
}
