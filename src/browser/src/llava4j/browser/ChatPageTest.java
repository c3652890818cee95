package llava4j.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

@DisplayName("The page of the shipped model, in a browser,")
class ChatPageTest {

    private static final Path PICTURE = Program.PROJECT.resolve("tiny-data/held-out/images/000002.png");
    private static final String DETAIL = "describe the picture in detail.";
    private static final String COUNT = "how many things are in the picture?";
    /** What the model said last, without the notes under it. */
    private static final String SAID = "[...document.querySelectorAll('#turns .model')].pop()";
    private static final String ANSWER = "(item => { if (!item) { return ''; } const copy = item.cloneNode(true);"
            + " copy.querySelectorAll('.aside').forEach(note => note.remove()); return copy.textContent.trim(); })(" + SAID + ")";
    private static final String WORDS = "document.querySelector('#turns li:last-child .word')";

    private static Program serve;
    private static Chromium browser;

    @BeforeAll
    static void open() throws IOException {
        browser = new Chromium();
        serve = new Program("serve", "--port", "0");
    }

    @AfterAll
    static void close() {
        if (serve != null) {
            serve.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void load() {
        browser.look(1280, false);
        browser.driver.get(serve.address);
        browser.await("document.querySelector('#ideas button')");
    }

    @AfterEach
    void noMistakes() {
        assertEquals(List.of(), browser.mistakes());
    }

    private static void choose(Path picture) {
        browser.find("#file").sendKeys(picture.toString());
        browser.await("document.querySelector('#picture').complete && !document.querySelector('#picture').hidden");
    }

    /** Asks, and waits until the answer is whole and its words can be pressed. */
    private static String ask(String question) {
        browser.find("#question").sendKeys(question + Keys.ENTER);
        browser.await("document.querySelector('#stop').hidden && " + WORDS);
        return (String) browser.value(ANSWER);
    }

    /** What the interface for programs answers to the same question about the picture on the page. */
    private static String answerOfTheInterface(String question) throws IOException, InterruptedException {
        String body = "{\"model\": \"llava\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": "
                + "{\"url\": \"" + browser.find("#picture").getDomAttribute("src") + "\"}}, {\"type\": \"text\", \"text\": \"" + question
                + "\"}]}]}";
        String answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(serve.address + "v1/chat/completions"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        Matcher content = Pattern.compile("\"content\":\"([^\"]*)\"").matcher(answer);
        assertTrue(content.find(), answer);
        return content.group(1);
    }

    @Test
    @DisplayName("streams the answer of the interface about a picture that is chosen, and of a second question reads only what is new")
    void chosenPicture() throws IOException, InterruptedException {
        choose(PICTURE);
        browser.driver.executeScript("window.lengths = new Set(); new MutationObserver(() => lengths.add((" + ANSWER
                + ").length)).observe(document.querySelector('#turns'), {childList: true, subtree: true, characterData: true})");
        assertEquals(answerOfTheInterface(DETAIL), ask(DETAIL));
        long states = (Long) browser.value("lengths.size");
        assertTrue(states > 6, "word by word: " + states);
        ask(COUNT);
        assertEquals(2L, browser.value("document.querySelectorAll('#turns .model').length"));
        assertTrue(browser.find("#turns .model:last-child .aside").getText().contains("of them before"));
        assertTrue(browser.find("#tokens").getDomProperty("textContent").contains("×"), "the picture's tokens are in the sequence");
    }

    @Test
    @DisplayName("takes a picture that is dropped, and brings it to the model's size")
    void droppedPicture() throws IOException, InterruptedException {
        String file = Base64.getEncoder().encodeToString(Files.readAllBytes(PICTURE));
        browser.driver.executeAsyncScript("const done = arguments[1];"
                + "const small = new Image(); small.onload = () => { const large = document.createElement('canvas');"
                + "  large.width = 200; large.height = 150; large.getContext('2d').drawImage(small, 0, 0, 200, 150);"
                + "  large.toBlob(blob => { const files = new DataTransfer(); files.items.add(new File([blob], 'a.png'));"
                + "    const drop = document.querySelector('#drop');"
                + "    for (const kind of ['dragover', 'drop']) { drop.dispatchEvent(new DragEvent(kind, {dataTransfer: files,"
                + "      bubbles: true, cancelable: true})); } done(); }); };"
                + "small.src = 'data:image/png;base64,' + arguments[0];", file);
        browser.await("document.querySelector('#picture').naturalWidth === 48");
        assertTrue(browser.find("#picture-note").getText().contains("from 200 x 150 to 48 x 48"));
        assertEquals(answerOfTheInterface(COUNT), ask(COUNT));
    }

    @Test
    @DisplayName("shows over the picture where the model looked when it chose a word, by layer and head")
    void whereItLooked() throws IOException {
        choose(PICTURE);
        ask(DETAIL);
        WebElement word = browser.find("#turns .word:nth-of-type(3)");
        word.click();
        browser.await("!document.querySelector('#overlay').hidden");
        String sentence = browser.find("#look-word").getText();
        assertTrue(sentence.contains("“" + word.getText() + "”") && sentence.matches(".* \\d+ % of its attention went to the picture\\."), sentence);
        Object mean = browser.value("document.querySelector('#overlay').toDataURL()");
        browser.find("#head option:last-child").click();
        Object head = browser.value("document.querySelector('#overlay').toDataURL()");
        assertNotEquals(mean, head);
        browser.find("#layer option:first-child").click();
        browser.await("document.querySelector('#overlay').toDataURL() !== '" + head + "'");
        for (int width : new int[] {390, 1280}) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.look(width, dark);
                assertEquals(browser.value("innerWidth"), browser.value("document.documentElement.scrollWidth"),
                        "nothing sticks out at the side");
                browser.screenshot("chat-" + width + (dark ? "-dark" : "-light"));
            }
        }
        browser.find("#look-away").click();
        assertFalse(browser.find("#overlay").isDisplayed());
    }

    @Test
    @DisplayName("ends an answer at Escape and keeps what was said, and goes on from there")
    void stop() {
        choose(PICTURE);
        browser.driver.executeScript("new MutationObserver((changes, observer) => { if (" + ANSWER + " !== '') { observer.disconnect();"
                + " dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'})); } })"
                + ".observe(document.querySelector('#turns'), {childList: true, subtree: true})");
        String said = ask(DETAIL);
        assertEquals("stopped", browser.find("#turns .model .aside").getText());
        assertNotEquals("", said);
        assertNotEquals(said, ask(COUNT));
    }

    @Test
    @DisplayName("can be used with the keyboard alone: a picture is composed, asked about and looked into")
    void keyboard() {
        tabTo("#board summary");
        press(Keys.ENTER);
        tabTo("#kind");
        press("b");                             // boat is the first of them
        tabTo("#cells button:nth-child(2)");
        press(Keys.SPACE);
        browser.await("!document.querySelector('#picture').hidden");
        String thing = browser.find("#cells button:nth-child(2)").getText();
        tabTo("#question");
        press(DETAIL + Keys.ENTER);
        browser.await(WORDS + " && document.activeElement.matches('#question')");
        assertTrue(((String) browser.value(ANSWER)).contains("at top is a " + thing), thing);
        new Actions(browser.driver).keyDown(Keys.SHIFT).sendKeys(Keys.TAB).keyUp(Keys.SHIFT).perform();
        assertEquals("word", browser.driver.switchTo().activeElement().getDomAttribute("class"));
        press(Keys.ENTER);
        browser.await("!document.querySelector('#overlay').hidden");
    }

    private static void press(CharSequence keys) {
        new Actions(browser.driver).sendKeys(keys).perform();
    }

    private static void tabTo(String css) {
        for (int i = 0; i < 40; i++) {
            if (Boolean.TRUE.equals(browser.value("document.activeElement.matches(arguments[0])", css))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("not reached with the Tab key: " + css);
    }
}
