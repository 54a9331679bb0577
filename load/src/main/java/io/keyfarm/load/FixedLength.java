package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Rows of a file of fixed-length binary records, which a layout describes. A layout is plain text: one line for each
 * field, in the order of the table; {@code #} begins a comment:
 *
 * <pre>
 *   table   vehicles            the table's name; else the data file's
 *   record  40                  bytes of a record; else up to the end of the last field
 *   header  16                  bytes before the first record; else none
 *   endian  be                  for the fields below it; else le, until the next such line
 *
 *   name    type          [offset] [le|be] [null [value]]
 *   id      int64                              offset 0; without one, a field follows the field before it
 *   state   char(2)                            offset 8
 *   made    date          12                   days since 1970-01-01, as int32
 *   price   decimal(12,2) 16 be                an int64 without the point
 *   speed   int16         null -1              −1 stands for null
 *   note    varchar(10)   null                 all blanks or zero bytes stand for null
 *   raw     bytes(4)                           as they are
 * </pre>
 *
 * Types are those of a schema, except that a varchar and bytes have a length, too: in a record all lengths are fixed.
 * Blanks and zero bytes at the end of a char or varchar fill it up and are no part of it. A timestamp is an int64 of
 * microseconds since 1970, a bool a byte of 0 or 1.
 *
 * <p>The data file may be packed by gzip. A value that its field cannot hold, or a last record that is not whole, ends the
 * load with a {@link LoadException} that names the record and its offset in the unpacked file.
 */
public final class FixedLength implements RowSource {
    private static final int BLOCK_BYTES = 1 << 18;

    private final Path path;
    private final FixedLayout layout;
    private final TableSchema schema;

    private FixedLength(Path path, FixedLayout layout, TableSchema schema) {
        this.path = path;
        this.layout = layout;
        this.schema = schema;
    }

    /** @throws LoadException naming the line of the layout that is wrong */
    public static FixedLength of(Path path, Path layoutFile) throws IOException {
        return of(path, FixedLayout.read(layoutFile));
    }

    /** With the text of a layout instead of a file of it. */
    public static FixedLength of(Path path, String layoutText) {
        return of(path, FixedLayout.parse("layout", layoutText));
    }

    private static FixedLength of(Path path, FixedLayout layout) {
        return new FixedLength(path, layout, layout.schema(Identifiers.ofFile(InputFile.name(path))));
    }

    public FixedLength table(String name) {
        return new FixedLength(path, layout, new TableSchema(name, schema.fields()));
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    /** At most so many, for text that is not filled up; a packed file counts as four times its bytes. */
    @Override
    public long estimatedBytes() {
        try (InputFile file = InputFile.open(path)) {
            final long bytes = file.isPacked() ? file.totalBytes() * 4 : file.totalBytes();
            final long records = Math.max(0, bytes - layout.headerBytes()) / layout.recordBytes();
            long textBytes = 0;
            for (final FixedField field : layout.fields()) {
                if (field.field().type().kind().isVariable() && field.widthBytes() > TextSlot.INLINE_BYTES) {
                    textBytes += field.widthBytes();
                }
            }
            return records * (new RecordLayout(schema).rowBytes() + textBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) throws IOException {
        progress.onBegin(InputFile.name(path));
        try (InputFile file = InputFile.open(path)) {
            file.stream().skipNBytes(layout.headerBytes());
            final long rowCount = load(file, sink, progress);
            progress.onRows(rowCount, file.doneBytes(), file.totalBytes());
            progress.onEnd(LoadReport.clean(InputFile.name(path), rowCount, file.doneBytes()));
            return rowCount;
        } catch (EOFException e) {
            throw LoadException.ofFile(
                    path.toString(),
                    "ends within its header of %,d bytes, or within what gzip packed".formatted(layout.headerBytes()),
                    e);
        }
    }

    private long load(InputFile file, RowSink sink, LoadProgress progress) throws IOException {
        final int recordBytes = layout.recordBytes();
        final byte[] block = new byte[Math.max(1, BLOCK_BYTES / recordBytes) * recordBytes];
        final InputStream stream = file.stream();
        long rowCount = 0;
        int count = stream.readNBytes(block, 0, block.length);
        while (count > 0) {
            for (int record = 0; record + recordBytes <= count; record += recordBytes) {
                putRow(sink, block, record, rowCount);
                rowCount++;
                if (rowCount % LoadProgress.INTERVAL_ROWS == 0) {
                    progress.onRows(rowCount, file.doneBytes(), file.totalBytes());
                }
            }
            if (count % recordBytes != 0) {
                throw LoadException.ofFile(
                        path.toString(),
                        "the last record, at offset %d, has %d of %d bytes"
                                .formatted(offset(rowCount), count % recordBytes, recordBytes),
                        null);
            }
            count = stream.readNBytes(block, 0, block.length);
        }
        return rowCount;
    }

    private long offset(long row) {
        return layout.headerBytes() + row * layout.recordBytes();
    }

    private void putRow(RowSink sink, byte[] block, int record, long row) {
        final List<FixedField> fields = layout.fields();
        sink.beginRow();
        for (int i = 0; i < fields.size(); i++) {
            try {
                fields.get(i).put(sink, i, block, record);
            } catch (BadValueException e) {
                final FixedField field = fields.get(i);
                throw LoadException.ofRecord(
                        path.toString(),
                        row + 1,
                        offset(row),
                        field.field().name(),
                        field.show(block, record),
                        String.valueOf(e.getMessage()));
            }
        }
        sink.endRow();
    }

    @Override
    public String toString() {
        return "fixed-length " + path;
    }
}
