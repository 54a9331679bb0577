package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.RowSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The second way through a file: each record becomes a row, or a trouble. */
final class CsvRows extends CsvPass {
    private final @Nullable CsvColumn[] columns;
    private final RowSink sink;
    private final List<String> troubles = new ArrayList<>();

    private boolean inHeader;
    /** The row being read is left out; what is left of it is not looked at. */
    private boolean skipping;
    /** One field behind the last one was empty: a delimiter at the end of the line. */
    private boolean endsWithDelimiter;

    private long rowCount;
    private long skippedRows;
    private long nulledValues;
    private int nulledInRow;

    private CsvRows(CsvSettings settings, CsvPlan plan, RowSink sink) {
        super(settings);
        this.columns = plan.columns();
        this.sink = sink;
        this.inHeader = plan.hasHeader();
    }

    static LoadReport load(CsvSettings settings, CsvPlan plan, RowSink sink, LoadProgress progress) throws IOException {
        final CsvRows rows = new CsvRows(settings, plan, sink);
        progress.onBegin(settings.what());
        final Extent extent = rows.run(progress, Long.MAX_VALUE);
        return new LoadReport(
                settings.what(), rows.rowCount, rows.skippedRows, rows.nulledValues, rows.troubles, extent.doneBytes());
    }

    @Override
    void onBegin() {
        skipping = inHeader;
        endsWithDelimiter = false;
        nulledInRow = 0;
        sink.beginRow();
    }

    @Override
    void onField(int column, char[] buffer, int offset, int length, boolean quoted) {
        if (skipping) {
            return;
        }
        if (column >= columns.length) {
            endsWithDelimiter = column == columns.length && length == 0 && !quoted;
            return;
        }
        final CsvColumn to = columns[column];
        if (to == null) {
            return;
        }
        try {
            to.put(sink, buffer, offset, length, quoted);
        } catch (BadValueException e) {
            onBadValue(
                    to,
                    LoadException.ofValue(
                            settings.file(),
                            line(),
                            to.name(),
                            column + 1,
                            Utf8.string(buffer, offset, length),
                            to.reason(e, buffer, offset, length)));
        }
    }

    private void onBadValue(CsvColumn column, LoadException why) {
        if (settings.onError() == OnError.NULL && column.isNullable()) {
            note(why);
            nulledInRow++;
            column.putNull(sink);
        } else {
            skip(why);
        }
    }

    private void skip(LoadException why) {
        if (settings.onError() == OnError.FAIL) {
            throw why;
        }
        note(why);
        skipping = true;
        skippedRows++;
    }

    private void note(LoadException why) {
        if (troubles.size() < LoadReport.MAX_TROUBLES) {
            troubles.add(why.getMessage());
        }
    }

    @Override
    void onRecord(int fieldCount) {
        if (inHeader) {
            inHeader = false;
            return;
        }
        if (!skipping && fieldCount != columns.length && !(endsWithDelimiter && fieldCount == columns.length + 1)) {
            skip(CsvSurvey.wrongCount(settings, line(), fieldCount, columns.length));
        }
        if (skipping) {
            return;
        }
        sink.endRow();
        nulledValues += nulledInRow;
        rowCount++;
    }

    @Override
    long rowCount() {
        return rowCount;
    }
}
