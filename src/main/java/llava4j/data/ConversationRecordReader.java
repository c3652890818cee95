package llava4j.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.json.JsonElements;
import llava4j.json.JsonFile;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataLine;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Reads training data sample by sample: LLaVA's files ({@link LlavaSample}), or COCO's captions ({@link CocoCaptions}), which
 * are stage 1's data. The file is never whole in memory, but for COCO's, whose captions may come before their pictures.
 *
 * <p>A record is a row of texts: id, the pictures' file names one a line (empty where there is none), then question and answer
 * in turn. Every sample that comes out is sound ({@link Conversation#requireSound}); for one that is not, {@link #next} throws,
 * and goes on after it when asked again, so that all faults of a file can be told at once.
 *
 * @serial exclude
 */
public final class ConversationRecordReader extends BaseRecordReader {

    private transient Path file;
    private transient JsonElements elements;
    private transient CocoCaptions captions;
    private transient List<String> withoutFirst = new ArrayList<>();
    private int read;

    /**
     * {@return a reader at the first sample of a file}
     *
     * @param file LLaVA conversations or COCO captions
     * @throws UserError if the file is missing or in neither format
     */
    public static ConversationRecordReader open(Path file) {
        ConversationRecordReader reader = new ConversationRecordReader();
        reader.file = file;
        reader.reset();
        return reader;
    }

    /**
     * {@return all samples of a file}
     *
     * @param file LLaVA conversations or COCO captions
     * @throws UserError naming all samples that are not sound
     */
    public static List<Conversation> all(Path file) {
        Faults faults = new Faults(file.toString());
        List<Conversation> conversations = new ArrayList<>();
        try (ConversationRecordReader reader = open(file)) {
            while (reader.hasNext()) {
                reader.nextSample(faults).ifPresent(conversations::add);
            }
        }
        faults.throwIfAny();
        return conversations;
    }

    @Override
    public void initialize(Configuration configuration, InputSplit split) throws IOException, InterruptedException {
        initialize(split);
    }

    /** @throws UserError if there is not one file, or it is missing or in neither of the two formats */
    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        super.initialize(split);
        if (split.locations().length != 1) {
            throw UserError.of("need one data file, not %d", split.locations().length);
        }
        file = Path.of(split.locations()[0]);
        reset();
    }

    /** {@return whether the file holds COCO's captions, which are data for stage 1 alone} */
    public boolean isCaptions() {
        return captions != null;
    }

    /** {@return the samples so far that began with a {@code gpt} turn, which was left out as in the reference} */
    public List<String> withoutFirstTurn() {
        return List.copyOf(withoutFirst);
    }

    /**
     * {@return the next sample, or nothing if it is not sound}
     *
     * @param faults is told what is wrong with it
     */
    public Optional<Conversation> nextSample(Faults faults) {
        try {
            return Optional.of(nextSample());
        } catch (UserError e) {
            faults.add(e.getMessage());
            return Optional.empty();
        }
    }

    private Conversation nextSample() {
        read++;
        Conversation conversation;
        if (captions != null) {
            conversation = captions.next();
        } else {
            LlavaSample sample = LlavaSample.of(elements.next(), read);
            conversation = sample.conversation();
            if (sample.withoutFirst()) {
                withoutFirst.add(conversation.id());
            }
        }
        conversation.requireSound();
        return conversation;
    }

    /** @throws UserError if the next sample is not sound; the one after it can be asked for */
    @Override
    public List<Writable> next() {
        List<Writable> row = row(nextSample());
        invokeListeners(row);
        return row;
    }

    private static List<Writable> row(Conversation conversation) {
        List<Writable> row = new ArrayList<>();
        row.add(new Text(conversation.id()));
        row.add(new Text(String.join("\n", conversation.images())));
        for (Turn turn : conversation.turns()) {
            row.add(new Text(turn.human()));
            row.add(new Text(turn.gpt()));
        }
        return row;
    }

    /**
     * {@return a record of this reader as a conversation}
     *
     * @param row id, pictures, then question and answer in turn
     */
    public static Conversation conversation(List<Writable> row) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 2; i + 1 < row.size(); i += 2) {
            turns.add(new Turn(row.get(i).toString(), row.get(i + 1).toString()));
        }
        return new Conversation(row.get(0).toString(), row.get(1).toString().lines().toList(), turns);
    }

    @Override
    public boolean hasNext() {
        Iterator<?> samples = captions != null ? captions : elements;
        return samples.hasNext();
    }

    @Override
    public List<String> getLabels() {
        return null;
    }

    /** Goes back to the first sample. */
    @Override
    public void reset() {
        close();
        read = 0;
        withoutFirst = new ArrayList<>();
        captions = null;
        try {
            if (JsonFile.isArray(file)) {
                elements = JsonElements.of(file);
            } else {
                captions = new CocoCaptions(file);
            }
        } catch (UserError e) {
            throw new UserError(e.getMessage() + " (a data file is a JSON array of LLaVA conversations, or COCO captions)", e);
        }
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
        int index = read;
        return new org.datavec.api.records.impl.Record(next(), new RecordMetaDataLine(index, file.toUri(), getClass()));
    }

    @Override
    public Record loadFromMetaData(RecordMetaData metaData) {
        return loadFromMetaData(List.of(metaData)).get(0);
    }

    @Override
    public List<Record> loadFromMetaData(List<RecordMetaData> metaDatas) {
        List<Record> found = new ArrayList<>();
        for (RecordMetaData metaData : metaDatas) {
            try (ConversationRecordReader again = open(file)) {
                for (int i = 0; i < ((RecordMetaDataLine) metaData).getLineNumber(); i++) {
                    again.next();
                }
                found.add(new org.datavec.api.records.impl.Record(again.next(), metaData));
            }
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
        if (elements != null) {
            elements.close();
            elements = null;
        }
    }
}
