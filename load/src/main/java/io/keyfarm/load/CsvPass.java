package io.keyfarm.load;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import io.keyfarm.rows.FieldType;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import java.util.zip.ZipException;

/** One way through a CSV file. Whatever goes wrong comes out as a {@link LoadException} with the file and the line. */
abstract class CsvPass extends AbstractBaseCsvCallbackHandler<Boolean> {
    /** A longer field is no field but an open quote, or no CSV at all. */
    private static final int MAX_FIELD_BYTES = FieldType.MAX_TEXT_BYTES;

    final CsvSettings settings;
    private long line = 1;

    CsvPass(CsvSettings settings) {
        this.settings = settings;
    }

    /** The next record begins; nothing may follow. */
    void onBegin() {}

    /** A field of the record; each char is a byte of UTF-8. */
    abstract void onField(int column, char[] buffer, int offset, int length, boolean quoted);

    abstract void onRecord(int fieldCount);

    /** Rows that this pass has taken. */
    abstract long rowCount();

    /** The line where the record begins, from 1. */
    final long line() {
        return line;
    }

    /** Reads the file, or as much of it as brings {@code limitBytes}; answers the bytes read and whether it was all. */
    final Extent run(LoadProgress progress, long limitBytes) throws IOException {
        try (CsvInput input = CsvInput.open(settings)) {
            final CsvReader<Boolean> reader = CsvReader.builder()
                    .fieldSeparator(settings.delimiter())
                    .quoteCharacter(settings.quote())
                    .maxBufferSize(MAX_FIELD_BYTES)
                    // Fields are counted by us, who may leave such a line out.
                    .allowUnclosedQuote(false)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .build(this, input.reader());
            long recordCount = 0;
            boolean wasAll = true;
            for (final Boolean record : reader) {
                assert record;
                recordCount++;
                if (recordCount % LoadProgress.INTERVAL_ROWS == 0) {
                    progress.onRows(rowCount(), input.doneBytes(), input.totalBytes());
                }
                if (input.doneBytes() >= limitBytes && input.doneBytes() < input.totalBytes()) {
                    wasAll = false;
                    break;
                }
            }
            progress.onRows(rowCount(), input.doneBytes(), input.totalBytes());
            return new Extent(input.doneBytes(), input.totalBytes(), wasAll);
        } catch (CsvParseException e) {
            throw explain(e);
        } catch (UncheckedIOException e) {
            throw explain(Objects.requireNonNull(e.getCause()));
        } catch (EOFException | ZipException | CharacterCodingException e) {
            throw explain(e);
        }
    }

    /** Bytes of the file as it is stored. */
    record Extent(long doneBytes, long totalBytes, boolean wasAll) {
        /** What a count over the part would be over the whole. */
        long scale(long count) {
            return wasAll ? count : (long) (count * ((double) totalBytes / doneBytes));
        }
    }

    /** What a callback threw, or the parser's own complaint. */
    private RuntimeException explain(CsvParseException e) {
        final Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException ours) {
            return ours;
        }
        final String message = String.valueOf(e.getMessage()).replaceFirst(" \\(record starting at line \\d+\\)", "");
        return LoadException.ofLine(settings.file(), line, message.contains("buffer") ? tooLong() : message, e);
    }

    private RuntimeException explain(IOException e) throws IOException {
        if (e instanceof CharacterCodingException) {
            return LoadException.ofLine(
                    settings.file(), line, "there are bytes here or soon after that are not of the file's charset", e);
        }
        if (e instanceof EOFException || e instanceof ZipException) {
            return LoadException.ofLine(settings.file(), line, "gzip cannot unpack what follows: " + e.getMessage(), e);
        }
        if (String.valueOf(e.getMessage()).contains("buffer")) {
            return LoadException.ofLine(settings.file(), line, tooLong(), e);
        }
        throw e;
    }

    private static String tooLong() {
        return "a field is longer than %,d bytes; is a quote left open?".formatted(MAX_FIELD_BYTES);
    }

    @Override
    protected final void handleBegin(long startingLine) {
        line = startingLine;
        onBegin();
    }

    @Override
    protected final void handleField(int column, char[] buffer, int offset, int length, boolean quoted) {
        onField(column, buffer, offset, length, quoted);
    }

    @Override
    protected final Boolean buildRecord() {
        if (getRecordType() != RecordType.EMPTY) {
            onRecord(getFieldCount());
        }
        return Boolean.TRUE;
    }
}
