package io.keyfarm.query.flow;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.stream.IntStream;

/**
 * The fields by which rows of one layout are the same, and their hashes. Values that compare as equal hash alike, whatever
 * the layouts: whole numbers of all widths, float32 and float64, −0.0 and 0.0, every NaN, a char with and without its
 * blanks and a varchar. Null hashes as a value of its own.
 *
 * <p>A batch is hashed field by field. For one thread: it has scratch room for a batch.
 */
final class KeyFields {
    private static final long START = 0x5851F42D4C957F2DL;
    private static final long NULL = 0x14057B7EF767814FL;

    private final RecordLayout layout;
    private final int[] fields;
    private final FieldReader[] readers;
    private final long[] values = new long[RowBatch.SIZE];

    KeyFields(RecordLayout layout, int... fields) {
        this.layout = layout;
        this.fields = fields.clone();
        readers = IntStream.of(fields)
                .mapToObj(field -> new FieldReader(layout, field))
                .toArray(FieldReader[]::new);
    }

    static KeyFields all(RecordLayout layout) {
        return new KeyFields(
                layout, IntStream.range(0, layout.schema().fieldCount()).toArray());
    }

    int count() {
        return readers.length;
    }

    Field field(int index) {
        return layout.schema().field(fields[index]);
    }

    FieldReader reader(int index) {
        return readers[index];
    }

    /** 64 well mixed bits for each of up to a batch of rows. */
    void hash(long[] rows, int count, long[] heapBases, long[] hashes) {
        for (int i = 0; i < count; i++) {
            hashes[i] = START;
        }
        for (final FieldReader reader : readers) {
            if (reader.kind().isText()) {
                hashText(reader, rows, count, heapBases, hashes);
            } else {
                hashNumbers(reader, rows, count, hashes);
            }
        }
    }

    private void hashNumbers(FieldReader reader, long[] rows, int count, long[] hashes) {
        reader.values(rows, count, values);
        if (reader.isNullable()) {
            for (int i = 0; i < count; i++) {
                values[i] = reader.isNull(rows[i]) ? NULL : values[i];
            }
        }
        for (int i = 0; i < count; i++) {
            hashes[i] = mix(hashes[i], values[i]);
        }
    }

    private static void hashText(FieldReader reader, long[] rows, int count, long[] heapBases, long[] hashes) {
        for (int i = 0; i < count; i++) {
            final long row = rows[i];
            hashes[i] = reader.isNull(row)
                    ? mix(hashes[i], NULL)
                    : mixText(hashes[i], reader.textAddress(row, heapBases), reader.textBytes(row));
        }
    }

    /** Whether any of the fields is null. */
    boolean hasNull(long row) {
        for (final FieldReader reader : readers) {
            if (reader.isNull(row)) {
                return true;
            }
        }
        return false;
    }

    static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 32;
        mixed *= 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }

    private static long mixText(long hash, long text, int length) {
        long mixed = hash ^ length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            mixed = (mixed ^ Memory.getLong(text + i)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 32;
        }
        // What stands behind the text may be read, but is shifted out.
        final int restBits = (length - i) * Byte.SIZE;
        final long rest = restBits == 0 ? 0 : Memory.getLong(text + i) << (Long.SIZE - restBits);
        return mix(mixed, rest);
    }
}
