package io.keyfarm.load;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first way through a file: finds the header, every column's type, and what the rows will weigh. A file whose schema
 * is given is only weighed, by its beginning.
 */
final class CsvSurvey extends CsvPass {
    private static final long WEIGHED_BYTES = 1 << 20;

    /** Of the first record; of each one, where a line that is not of this table must not spoil the types. */
    private final List<CsvHead.Cell> cells = new ArrayList<>();

    private final boolean keepsRecords;
    private @Nullable CsvHead head;
    private ColumnGuess[] guesses = {};
    private long rowCount;

    private CsvSurvey(CsvSettings settings) {
        super(settings);
        keepsRecords = settings.onError() != OnError.FAIL;
    }

    static CsvPlan survey(CsvSettings settings, LoadProgress progress) throws IOException {
        final TableSchema given = settings.schema();
        final CsvSurvey survey = new CsvSurvey(settings);
        if (given == null) {
            progress.onBegin(settings.what() + ": finding types");
        }
        final Extent extent = survey.run(
                given == null ? progress : LoadProgress.NONE, given == null ? Long.MAX_VALUE : WEIGHED_BYTES);
        if (given == null) {
            progress.onPrepared();
        }
        final CsvHead head = survey.head == null ? CsvHead.ofNothing(settings) : survey.head;
        if (survey.head == null) {
            survey.guessAll(head);
        }
        final TableSchema schema = given == null ? CsvPlan.guessedSchema(settings, head, survey.guesses) : given;
        final @Nullable CsvColumn[] columns = CsvPlan.columns(settings, head, schema);
        return new CsvPlan(schema, head.hasHeader(), columns, extent.scale(survey.weigh(schema, columns)));
    }

    /** What the rows seen so far will take in memory. */
    private long weigh(TableSchema schema, @Nullable CsvColumn[] columns) {
        long bytes = rowCount * new RecordLayout(schema).rowBytes();
        for (int i = 0; i < columns.length; i++) {
            final CsvColumn column = columns[i];
            if (column != null
                    && schema.field(schema.indexOf(column.name())).type().kind().isVariable()) {
                bytes += guesses[i].heapBytes();
            }
        }
        return bytes;
    }

    private void guessAll(CsvHead found) {
        head = found;
        guesses = new ColumnGuess[found.names().size()];
        Arrays.setAll(guesses, i -> new ColumnGuess(settings.nulls()));
    }

    @Override
    void onField(int column, char[] buffer, int offset, int length, boolean quoted) {
        if (head == null || keepsRecords) {
            if (column < TableSchema.MAX_FIELDS + 1) {
                cells.add(new CsvHead.Cell(Arrays.copyOfRange(buffer, offset, offset + length), quoted));
            }
        } else if (column < guesses.length) {
            guesses[column].onField(buffer, offset, length, quoted);
        }
    }

    @Override
    void onRecord(int fieldCount) {
        if (head == null) {
            onFirstRecord(fieldCount);
        } else if (fieldCount >= guesses.length) {
            guessCells();
            rowCount++;
        } else if (settings.onError() == OnError.FAIL) {
            throw wrongCount(settings, line(), fieldCount, guesses.length);
        }
        cells.clear();
    }

    private void onFirstRecord(int fieldCount) {
        if (fieldCount > TableSchema.MAX_FIELDS + 1) {
            throw LoadException.ofLine(
                    settings.file(),
                    line(),
                    "%,d fields, but a table has at most %d".formatted(fieldCount, TableSchema.MAX_FIELDS),
                    null);
        }
        final CsvHead found = CsvHead.of(settings, cells, line());
        guessAll(found);
        if (!found.hasHeader()) {
            guessCells();
            rowCount++;
        }
    }

    /** By what was kept of the record. */
    private void guessCells() {
        for (int i = 0; i < Math.min(cells.size(), guesses.length); i++) {
            final CsvHead.Cell cell = cells.get(i);
            guesses[i].onField(cell.bytes(), 0, cell.bytes().length, cell.quoted());
        }
    }

    static LoadException wrongCount(CsvSettings settings, long line, int fieldCount, int columnCount) {
        return LoadException.ofLine(
                settings.file(),
                line,
                "%,d field%s, but this file has %d columns"
                        .formatted(fieldCount, fieldCount == 1 ? "" : "s", columnCount),
                null);
    }

    @Override
    long rowCount() {
        return rowCount;
    }
}
