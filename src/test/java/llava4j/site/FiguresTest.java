package llava4j.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The figures in docs/images are what the code draws, and what they draw lies on their sheet. */
class FiguresTest {

    @Test
    void theCommittedFiguresAreThoseThatTheCodeMakes() throws IOException {
        List<String> stale = new ArrayList<>();
        for (Map.Entry<String, String> figure : Figures.all().entrySet()) {
            String committed = Files.readString(Figures.FOLDER.resolve(figure.getKey())).replace("\r\n", "\n");
            if (!committed.equals(figure.getValue())) {
                stale.add(figure.getKey());
            }
        }
        assertEquals(List.of(), stale, "make them anew: mvn -q test-compile exec:java@figures");
    }

    @Test
    void everyBoxLiesOnTheSheet() throws Exception {
        for (Map.Entry<String, String> figure : Figures.all().entrySet()) {
            Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new java.io.ByteArrayInputStream(figure.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .getDocumentElement();
            NodeList boxes = svg.getElementsByTagName("rect");
            assertTrue(boxes.getLength() > 5, figure.getKey());
            for (int i = 0; i < boxes.getLength(); i++) {
                Element box = (Element) boxes.item(i);
                assertTrue(number(box, "x") >= 0 && number(box, "x") + number(box, "width") <= number(svg, "width")
                                && number(box, "y") >= 0 && number(box, "y") + number(box, "height") <= number(svg, "height"),
                        figure.getKey() + ": a box at " + number(box, "x") + ", " + number(box, "y"));
            }
        }
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name));
    }
}
