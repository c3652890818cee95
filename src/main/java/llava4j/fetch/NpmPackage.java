package llava4j.fetch;

import java.util.Base64;
import java.util.HexFormat;

/**
 * A package of npm's registry at one version, with what is known of it beforehand.
 *
 * @param name      in the registry
 * @param version   which one
 * @param size      bytes of its archive
 * @param integrity of its archive as the registry lists it: {@code sha512-} and the checksum in base 64
 * @param kept      {@link KeptFiles#checksum} of the files that are taken out of it
 */
record NpmPackage(String name, String version, long size, String integrity, String kept) {

    private static final String SHA_512 = "sha512-";

    /** {@return the archive, by its path below the registry's address} */
    String path() {
        return name + "/-/" + archive().path();
    }

    /** {@return the archive as a file} */
    HubFile archive() {
        return new HubFile(name + "-" + version + ".tgz", size, new Checksum(Checksum.Kind.SHA_512,
                HexFormat.of().formatHex(Base64.getDecoder().decode(integrity.substring(SHA_512.length())))));
    }
}
