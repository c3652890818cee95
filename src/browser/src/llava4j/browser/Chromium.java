package llava4j.browser;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The system's own Chromium without a window, driven through its own chromedriver; neither is downloaded.
 *
 * <p>What a test waits for is a state of the page and never a time; {@link #PATIENCE} only ends a test that waits in vain.
 */
final class Chromium implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Logger VERSIONS = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    static {
        VERSIONS.setLevel(Level.SEVERE);        // it knows no browser as new as this; what is used here is in every one
    }

    final ChromeDriver driver;

    Chromium() {
        ChromeOptions options = new ChromeOptions().setBinary(onPath("chromium", "chromium-browser", "google-chrome"));
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars");
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort().build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        look(1280, false);
    }

    private static File onPath(String... names) {
        return Stream.of(names).flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, name))).filter(File::canExecute).findFirst()
                .orElseThrow(() -> new IllegalStateException("none of these is on the PATH: " + List.of(names)));
    }

    /** A window of so many CSS pixels across, in the reader's light or dark setting. */
    void look(int width, boolean dark) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", width < 600 ? 844 : 900,
                "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    /** The value of an expression of JavaScript. */
    Object value(String expression, Object... arguments) {
        return driver.executeScript("return " + expression, arguments);
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String expression) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(100)).withMessage(() -> expression + "; the page says: "
                + find("body").getText()).until(page -> Boolean.TRUE.equals(value("Boolean(" + expression + ")")));
    }

    /** Mistakes that the browser has found since the last call: a script that fails, a file that the policy does not let in. */
    List<String> mistakes() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue()).map(LogEntry::getMessage).toList();
    }

    /** The whole page as a picture, {@code target/screenshots/NAME.png}. */
    void screenshot(String name) throws IOException {
        Path file = Path.of("target/screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        long height = (Long) value("document.documentElement.scrollHeight");
        long width = (Long) value("innerWidth");
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height,
                "deviceScaleFactor", 1, "mobile", width < 600));
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
