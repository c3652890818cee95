package llava4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataLine;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Reads LLaVA's data files, a JSON array of {@code {id, image, conversations: [{from, value}]}}.
 *
 * <p>A record is a row of texts: id, picture's file name (empty where there is none), then question and answer in turn.
 * A COCO captions file is read too, one record a caption: that is stage 1's data, a picture and what it shows. What one
 * would get wrong: {@code human} and {@code gpt} must alternate, beginning with {@code human}; published files hold
 * samples that do not, and a template applied to those teaches the model to ask.
 *
 * @serial exclude
 */
public final class ConversationRecordReader extends BaseRecordReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<List<Writable>> records = new ArrayList<>();
    private URI source;
    private int next;

    @Override
    public void initialize(Configuration configuration, InputSplit split) throws IOException, InterruptedException {
        initialize(split);
    }

    /** @throws UserError naming file and sample if the file is not in one of the two formats */
    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        super.initialize(split);
        records.clear();
        for (URI location : split.locations()) {
            source = location;
            read(Path.of(location));
        }
        reset();
    }

    private void read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.newInputStream(file));
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file, e.getLocation().getLineNr(),
                    e.getOriginalMessage());
        }
        if (root.isArray()) {
            for (int i = 0; i < root.size(); i++) {
                records.add(conversation(file, i, root.get(i)));
            }
        } else if (root.has("images") && root.has("annotations")) {
            records.addAll(CocoCaptions.records(file, root));
        } else {
            throw UserError.of("%s: neither a JSON array of LLaVA conversations nor a COCO captions file", file);
        }
    }

    private static List<Writable> conversation(Path file, int index, JsonNode sample) {
        String id = sample.path("id").asText("");
        String name = id.isEmpty() ? "number " + (index + 1) : id;
        JsonNode turns = sample.path("conversations");
        if (!turns.isArray() || turns.isEmpty()) {
            throw UserError.of("%s: sample %s has no \"conversations\"", file, name);
        }
        List<Writable> row = new ArrayList<>(List.of(new Text(name), new Text(sample.path("image").asText(""))));
        for (int i = 0; i < turns.size(); i++) {
            String wanted = i % 2 == 0 ? "human" : "gpt";
            if (!wanted.equals(turns.get(i).path("from").asText()) || !turns.get(i).path("value").isTextual()) {
                throw UserError.of("%s: sample %s, turn %d must be {\"from\": \"%s\", \"value\": text}", file, name, i + 1,
                        wanted);
            }
            row.add(new Text(turns.get(i).get("value").asText()));
        }
        if (turns.size() % 2 == 1) {
            throw UserError.of("%s: sample %s ends with a question: add the \"gpt\" turn that answers it", file, name);
        }
        return row;
    }

    /**
     * {@return a record of this reader as a conversation}
     *
     * @param row id, picture, then question and answer in turn
     */
    public static Conversation conversation(List<Writable> row) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 2; i + 1 < row.size(); i += 2) {
            turns.add(new Turn(row.get(i).toString(), row.get(i + 1).toString()));
        }
        String image = row.get(1).toString();
        return new Conversation(row.get(0).toString(), image.isEmpty() ? null : image, turns);
    }

    @Override
    public List<Writable> next() {
        List<Writable> row = records.get(next++);
        invokeListeners(row);
        return row;
    }

    @Override
    public boolean hasNext() {
        return next < records.size();
    }

    @Override
    public List<String> getLabels() {
        return null;
    }

    @Override
    public void reset() {
        next = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public List<Writable> record(URI uri, DataInputStream stream) {
        throw new UnsupportedOperationException("a conversation is part of a file, not a file");
    }

    @Override
    public Record nextRecord() {
        int index = next;
        return new org.datavec.api.records.impl.Record(next(), new RecordMetaDataLine(index, source, getClass()));
    }

    @Override
    public Record loadFromMetaData(RecordMetaData metaData) {
        return loadFromMetaData(List.of(metaData)).get(0);
    }

    @Override
    public List<Record> loadFromMetaData(List<RecordMetaData> metaDatas) {
        List<Record> found = new ArrayList<>();
        for (RecordMetaData metaData : metaDatas) {
            List<Writable> row = records.get(((RecordMetaDataLine) metaData).getLineNumber());
            found.add(new org.datavec.api.records.impl.Record(row, metaData));
        }
        return found;
    }

    @Override
    public Configuration getConf() {
        return null;
    }

    @Override
    public void setConf(Configuration configuration) {
        // A data file needs no settings.
    }

    @Override
    public void close() {
        records.clear();
    }
}
