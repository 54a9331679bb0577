package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A tally as bytes, big-endian but for the sets.
 *
 * <pre>
 *   | version 1 | half life 8 | moment 8 | shapes 2 |
 *   per shape | text: length 2, UTF-8 | count 8 | owed 8 | seen 8 | predicates 1 |
 *   per predicate, per field of the shape | length 2 | the set, as it encodes itself |
 * </pre>
 */
final class TallyCodec {
    private static final int VERSION = 1;
    private static final int MAX_BYTES = 1 << 24;
    /** Larger sets of a predicate are left out with it. */
    private static final int MAX_SET_BYTES = 4096;

    private TallyCodec() {}

    static byte[] encode(QueryTally tally) {
        final ExpandableArrayBuffer out = new ExpandableArrayBuffer();
        final List<Shape> shapes = tally.shapes();
        int at = 0;
        out.putByte(at, (byte) VERSION);
        at = putDouble(out, at + 1, tally.halfLife());
        at = putLong(out, at, tally.now());
        at = putShort(out, at, shapes.size());
        for (final Shape shape : shapes) {
            final byte[] text = shape.toString().getBytes(StandardCharsets.UTF_8);
            at = putShort(out, at, text.length);
            out.putBytes(at, text);
            at = putDouble(out, at + text.length, tally.count(shape));
            at = putDouble(out, at, tally.owed(shape));
            at = putDouble(out, at, tally.seen(shape));
            at = putPredicates(out, at, tally.predicates(shape));
        }
        final byte[] bytes = new byte[at];
        out.getBytes(0, bytes);
        return bytes;
    }

    private static int putPredicates(ExpandableArrayBuffer out, int offset, List<ValueSet[]> predicates) {
        int kept = 0;
        int at = offset + 1;
        for (final ValueSet[] predicate : predicates) {
            int most = 0;
            for (final ValueSet set : predicate) {
                most = Math.max(most, set.encodedBytes());
            }
            if (most > MAX_SET_BYTES) {
                continue;
            }
            kept++;
            for (final ValueSet set : predicate) {
                final int bytes = set.encode(out, at + 2);
                putShort(out, at, bytes);
                at += 2 + bytes;
            }
        }
        out.putByte(offset, (byte) kept);
        return at;
    }

    private static int putShort(ExpandableArrayBuffer out, int at, int value) {
        out.putShort(at, (short) value, ByteOrder.BIG_ENDIAN);
        return at + 2;
    }

    private static int putLong(ExpandableArrayBuffer out, int at, long value) {
        out.putLong(at, value, ByteOrder.BIG_ENDIAN);
        return at + 8;
    }

    private static int putDouble(ExpandableArrayBuffer out, int at, double value) {
        return putLong(out, at, Double.doubleToLongBits(value));
    }

    static QueryTally decode(byte[] bytes, TableSchema schema, SplittableRandom random) {
        require(bytes.length <= MAX_BYTES, "has up to %d bytes, not %d", MAX_BYTES, bytes.length);
        try {
            return decode(ByteBuffer.wrap(bytes), schema, random);
        } catch (BufferUnderflowException e) {
            throw new BadValueException("a tally ends early, after " + bytes.length + " bytes");
        }
    }

    private static QueryTally decode(ByteBuffer in, TableSchema schema, SplittableRandom random) {
        final int version = in.get();
        require(version == VERSION, "has version %d here, not %d", VERSION, version);
        final QueryTally tally = new QueryTally(in.getDouble(), random);
        tally.restore(in.getLong());
        final int shapes = in.getShort();
        require(
                shapes >= 0 && shapes <= QueryTally.MAX_SHAPES,
                "has up to %d shapes, not %d",
                QueryTally.MAX_SHAPES,
                shapes);
        for (int i = 0; i < shapes; i++) {
            final Shape shape = shape(in, schema);
            require(tally.count(shape) == 0, "has no shape twice, as %s", shape);
            final double count = amount(in);
            final double owed = amount(in);
            final double seen = amount(in);
            require(count > 0 && owed <= count, "owes no more than it counts, as %s of %s", owed, count);
            tally.restore(shape, count, owed, seen, predicates(in, schema, shape));
        }
        require(!in.hasRemaining(), "has %d bytes too many", in.remaining());
        return tally;
    }

    private static Shape shape(ByteBuffer in, TableSchema schema) {
        final byte[] text = take(in, in.getShort() & 0xFFFF);
        final String words = new String(text, StandardCharsets.UTF_8);
        final Shape shape = Shape.parse(words);
        require(shape.toString().equals(words), "writes shapes in one way, not '%s'", words);
        shape.fields().forEach(schema::indexOf);
        return shape;
    }

    private static double amount(ByteBuffer in) {
        final double amount = in.getDouble();
        require(amount >= 0 && amount <= WorkloadCost.MAX_NUMBER, "has counts from 0 on, not %s", amount);
        return amount;
    }

    private static List<ValueSet[]> predicates(ByteBuffer in, TableSchema schema, Shape shape) {
        final int count = in.get();
        require(
                count >= 0 && count <= QueryTally.MAX_PREDICATES,
                "has up to %d predicates of a shape, not %d",
                QueryTally.MAX_PREDICATES,
                count);
        final List<ValueSet[]> predicates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final ValueSet[] sets = new ValueSet[shape.fieldCount()];
            for (int field = 0; field < sets.length; field++) {
                final byte[] set = take(in, in.getShort() & 0xFFFF);
                final String name = shape.fields().get(field);
                final SegmentMonitor monitor =
                        new SegmentMonitor(schema.field(schema.indexOf(name)).type());
                monitor.bindEncoded(new UnsafeBuffer(set), 0, set.length);
                sets[field] = ValueSet.of(monitor);
            }
            predicates.add(sets);
        }
        return predicates;
    }

    private static byte[] take(ByteBuffer in, int length) {
        require(length <= in.remaining(), "ends early, %d bytes before its end", length - in.remaining());
        final byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void require(boolean holds, String form, Object... values) {
        if (!holds) {
            throw new BadValueException("a tally " + String.format(Locale.ROOT, form, values));
        }
    }
}
