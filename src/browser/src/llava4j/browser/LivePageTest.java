package llava4j.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

@DisplayName("The page of train --watch and demo --watch, in a browser,")
class LivePageTest {

    private static final int STEPS = 6;
    private static final String QUESTION = "describe the picture in detail.";

    @TempDir
    private Path folder;

    /** So many pictures of a folder, each with one question; what is answered does not matter to the page. */
    private Path samples(String name, int count) throws IOException {
        return Files.writeString(folder.resolve(name), IntStream.rangeClosed(1, count).mapToObj(i -> String.format(
                "{\"id\": \"%d\", \"image\": \"%06d.png\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>\\n%s\"}, "
                        + "{\"from\": \"gpt\", \"value\": \"there is one thing.\"}]}", i, i, QUESTION))
                .collect(Collectors.joining(",\n", "[", "]")));
    }

    private Program train() throws IOException {
        String images = Program.PROJECT.resolve("tiny-data/held-out/images").toString();
        return new Program("train", "--watch", "0", "--stage", "2", "--model", "tiny-data/pretrained/llava", "--vision-tower",
                "tiny-data/pretrained/clip", "--data", samples("train.json", 16).toString(), "--images", images, "--validation",
                samples("validation.json", 3).toString(), "--steps", String.valueOf(STEPS), "--batch", "8", "--out",
                folder.resolve("model").toString());
    }

    @Test
    @DisplayName("shows the run as it goes, with three pictures asked again, and becomes the chat when it is over")
    void run() throws IOException {
        try (Chromium browser = new Chromium(); Program train = train()) {
            browser.driver.get(train.address);
            browser.await("!document.querySelector('#run').hidden");
            assertFalse(browser.find("main").isDisplayed(), "while the model learns nobody can talk to it");
            browser.await("/^stage 2: step \\d+ of " + STEPS + ", loss \\d/.test(document.querySelector('#run-state').textContent)");
            browser.await("document.querySelectorAll('#run-answers figure').length === 3");
            browser.screenshot("live-1280-light");
            browser.look(390, true);
            browser.screenshot("live-390-dark");
            browser.look(1280, false);
            browser.await("document.querySelector('#run-state').textContent.includes('The run is over')");
            assertTrue(browser.find("#run-state").getText().startsWith("stage 2: step " + STEPS + " of " + STEPS));
            talk(browser);
            browser.screenshot("live-over-1280-light");
            assertEquals(List.of(), browser.mistakes());
        }
        assertTrue(Files.exists(folder.resolve("model/model.safetensors")), "the model was written before the page became the chat");
    }

    @Test
    @DisplayName("goes with the main job from stage to stage, and becomes the chat when the exam is over too")
    void mainJob() throws IOException {
        try (Chromium browser = new Chromium(); Program demo = new Program("demo", "--watch", "0", "--stage1-steps",
                String.valueOf(STEPS), "--stage2-steps", String.valueOf(STEPS), "--no-without-stage1", "--out",
                folder.resolve("demo").toString())) {
            browser.driver.get(demo.address);
            browser.await("document.querySelectorAll('#run-answers figure').length === 3");
            browser.await("/^stage ?1/.test(document.querySelector('#run-state').textContent)");
            browser.await("/^stage ?2: step " + STEPS + "/.test(document.querySelector('#run-state').textContent)");
            browser.screenshot("live-demo-1280-light");
            browser.await("document.querySelector('#run-state').textContent.includes('The run is over')");
            talk(browser);
            assertEquals(List.of(), browser.mistakes());
        }
        assertTrue(Files.exists(folder.resolve("demo/metrics.json")), "the exam was written before the page became the chat");
    }

    private static void talk(Chromium browser) {
        assertTrue(browser.find("main").isDisplayed());
        browser.find("#file").sendKeys(Program.PROJECT.resolve("tiny-data/held-out/images/000001.png").toString());
        browser.await("!document.querySelector('#picture').hidden");
        browser.find("#question").sendKeys(QUESTION + Keys.ENTER);
        browser.await("document.querySelector('#turns .word')");
    }
}
