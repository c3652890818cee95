// The program of ../maven with Gradle. Gradle does not evaluate the profiles of a POM that ask for the operating system, by
// which llava4j chooses its binaries; so the binaries are named here.

plugins {
    application
}

val nd4j = "1.0.0-M1.1"
val system = System.getProperty("os.name").lowercase()
val arm = System.getProperty("os.arch") == "aarch64"
val platform = when {
    system.startsWith("windows") -> "windows-x86_64"
    system.startsWith("mac") -> error("on a Mac take the versions of pom.xml's profile macosx-arm64: docs/dependencies.md, Macs")
    arm -> "linux-arm64"
    else -> "linux-x86_64"
}

repositories {
    mavenLocal()       // llava4j, after mvn install in its folder
    mavenCentral()
}

dependencies {
    components.withModule("io.github.llava4j:llava4j") {
        allVariants {
            // what the POM's profile would have given a classifier
            withDependencies { removeAll { it.group == "org.nd4j" && it.name == "nd4j-native" } }
        }
    }
    implementation("io.github.llava4j:llava4j:0.1.0")
    implementation("org.nd4j:nd4j-native:$nd4j") { isTransitive = false }
    implementation("org.nd4j:nd4j-native-preset:$nd4j") { isTransitive = false }
    implementation("org.nd4j:nd4j-native-api:$nd4j") { isTransitive = false }
    implementation("org.nd4j:nd4j-api:$nd4j")
    implementation("org.bytedeco:openblas:0.3.13-1.5.5") { isTransitive = false }
    implementation("org.bytedeco:javacpp:1.5.5")
    runtimeOnly("org.nd4j:nd4j-native:$nd4j:$platform" + if (arm) "" else "-avx2") { isTransitive = false }
    runtimeOnly("org.bytedeco:openblas:0.3.13-1.5.5:$platform") { isTransitive = false }
    runtimeOnly("org.bytedeco:javacpp:1.5.5:$platform")
}

java {
    toolchain { languageVersion = JavaLanguageVersion.of(17) }
}

sourceSets.main { java.srcDir("../maven/src/main/java") }

application { mainClass = "Describe" }
